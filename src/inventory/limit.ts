import {readTextNow} from '../yaml/read-text.ts';

/**
 * Expands the value of `--limit`: `@FILE` is replaced by the patterns in the file, one per line.
 *
 * @throws InputError for a file that cannot be read.
 */
export function limitPattern(written: string): string {
	const parts = written.split(/,(?![^[]*\])/).map(part => part.trim());
	return parts.flatMap(part => (part.startsWith('@') ? patternsIn(part.slice(1)) : [part])).join(',');
}

function patternsIn(file: string): readonly string[] {
	const lines = readTextNow(file).split('\n');
	return lines.map(line => line.trim()).filter(line => line !== '');
}
