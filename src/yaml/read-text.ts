import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {InputError} from '../errors.ts';

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'no such file',
	EISDIR: 'this is a directory',
	EACCES: 'permission denied',
	ENOTDIR: 'a part of the path is not a directory',
};

/**
 * Reads a user's file. A byte order mark is removed.
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

/** Reads a user's file synchronously: for a file named by another one. */
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
		throw new InputError([{message: `${file}: not a UTF-8 text file`}]);
	}
}
