import {readFile} from 'node:fs/promises';
import {InputError} from '../errors.ts';

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'no such file',
	EISDIR: 'this is a directory',
	EACCES: 'not allowed',
	ENOTDIR: 'a part of the path is not a directory',
};

/**
 * Reads a file that a person wrote. A byte order mark is left out.
 *
 * @throws InputError for a file that cannot be read or is not UTF-8.
 */
export async function readText(file: string): Promise<string> {
	const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
		throw new InputError([{message: `${file}: ${reasons[error.code ?? ''] ?? error.message}`}]);
	});
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch {
		throw new InputError([{message: `${file}: this is not text in UTF-8`}]);
	}
}
