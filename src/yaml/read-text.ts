import {readFileSync} from 'node:fs';
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
	return decoded(
		file,
		await readFile(file).catch((error: NodeJS.ErrnoException) => {
			throw unreadable(file, error);
		}),
	);
}

/** The same, at once: for a file that another one names. */
export function readTextNow(file: string): string {
	try {
		return decoded(file, readFileSync(file));
	} catch (error) {
		throw error instanceof InputError ? error : unreadable(file, error as NodeJS.ErrnoException);
	}
}

function unreadable(file: string, error: NodeJS.ErrnoException): InputError {
	return new InputError([{message: `${file}: ${reasons[error.code ?? ''] ?? error.message}`}]);
}

function decoded(file: string, bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch {
		throw new InputError([{message: `${file}: this is not text in UTF-8`}]);
	}
}
