import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/**
 * Runs several read-only subcommands in one virsh process, whose start takes about 20 ms. A failed
 * subcommand prints nothing on the standard output and does not stop the others; virsh's exit code is that of the last
 * one, which is always the closing marker.
 *
 * @param marker Printed on a line after each output. A guest's description may contain any text, so the marker must
 * be unpredictable: see `facts/ask.ts`.
 */
export function batch(host: string, subcommands: readonly (readonly string[])[], marker: string): Command {
	const script = subcommands.map(words => words.map(quoteForVirsh).join(' '));
	const between = `echo --str ${quoteForVirsh(`\n${marker}\n`)}`;
	return virsh(host, 'read', [script.map(line => `${line}; ${between}`).join('; ')]);
}

/**
 * The outputs of a batch, in order.
 *
 * @throws Error if their number differs from that of the subcommands: then none of them can be trusted.
 */
export function splitBatch(stdout: string, subcommands: number, marker: string): readonly string[] {
	const parts = stdout.split(`\n${marker}\n`);
	if (parts.length !== subcommands + 1 || parts.at(-1) !== '') {
		throw new Error(`virsh answered ${parts.length - 1} of ${subcommands} subcommands`);
	}
	return parts.slice(0, -1);
}

/** virsh splits the batch itself. Single quotes protect everything except single quotes. */
function quoteForVirsh(word: string): string {
	if (/^[A-Za-z0-9_\-./:]+$/.test(word)) return word;
	return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
