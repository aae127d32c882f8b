import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/**
 * Several reading subcommands in one virsh process, which costs a host about 20 ms each time it starts. A failed
 * subcommand prints nothing on the standard output and does not stop the others; virsh's exit code is that of the last
 * one, which is always the closing marker.
 *
 * @param marker Stands on a line after each output. A guest's description may hold any text, so it must be one that
 * cannot be guessed: see `facts/ask.ts`.
 */
export function batch(host: string, subcommands: readonly (readonly string[])[], marker: string): Command {
	const script = subcommands.map(words => words.map(quoteForVirsh).join(' '));
	const between = `echo --str ${quoteForVirsh(`\n${marker}\n`)}`;
	return virsh(host, 'read', [script.map(line => `${line}; ${between}`).join('; ')]);
}

/**
 * The outputs of a batch, in order.
 *
 * @throws Error when there are not as many as subcommands: then nothing of it can be trusted.
 */
export function splitBatch(stdout: string, subcommands: number, marker: string): readonly string[] {
	const parts = stdout.split(`\n${marker}\n`);
	if (parts.length !== subcommands + 1 || parts.at(-1) !== '') {
		throw new Error(`virsh answered ${parts.length - 1} of ${subcommands} subcommands`);
	}
	return parts.slice(0, -1);
}

/** virsh splits the text of a batch itself: single quotes hold everything but themselves. */
function quoteForVirsh(word: string): string {
	if (/^[A-Za-z0-9_\-./:]+$/.test(word)) return word;
	return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
