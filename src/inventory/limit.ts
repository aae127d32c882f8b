import {readText} from '../yaml/read-text.ts';

/**
 * The pattern that `--limit` stands for: `@FILE` in it is replaced by the patterns of the file, one on each line.
 *
 * @throws InputError for a file that cannot be read.
 */
export async function limitPattern(written: string): Promise<string> {
	const parts = await Promise.all(
		written.split(/,(?![^[]*\])/).map(async part => {
			const file = part.trim();
			if (!file.startsWith('@')) return part;
			const lines = (await readText(file.slice(1))).split('\n').map(line => line.trim());
			return lines.filter(line => line !== '' && !line.startsWith('#')).join(',');
		}),
	);
	return parts.join(',');
}
