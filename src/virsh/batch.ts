import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** Stands alone on a line between the outputs of two subcommands. */
const separator = '--- next ---';

/**
 * Several reading subcommands in one virsh process, which costs a host about 20 ms each time it starts. A failed
 * subcommand prints nothing on the standard output and does not stop the others; virsh's exit code is that of the last
 * one, which is always the closing separator.
 */
export function batch(host: string, subcommands: readonly (readonly string[])[]): Command {
	const script = subcommands.map(words => words.map(quoteForVirsh).join(' '));
	const between = `echo --str ${quoteForVirsh(`\n${separator}\n`)}`;
	return virsh(host, 'read', [script.map(line => `${line}; ${between}`).join('; ')]);
}

/**
 * The outputs of a batch, in order.
 *
 * @throws Error when there are not as many as subcommands: then nothing of it can be trusted.
 */
export function splitBatch(stdout: string, subcommands: number): readonly string[] {
	const parts = stdout.split(`\n${separator}\n`);
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
