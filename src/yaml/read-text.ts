import {readFileSync, type Stats, statSync} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
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
	const refuse = (error: NodeJS.ErrnoException) => {
		throw unreadable(file, error);
	};
	demandRegular(file, await stat(file).catch(refuse));
	return decoded(file, await readFile(file).catch(refuse));
}

/** Reads a user's file synchronously: for a file named by another one. */
export function readTextNow(file: string): string {
	try {
		demandRegular(file, statSync(file));
		return decoded(file, readFileSync(file));
	} catch (error) {
		throw error instanceof InputError ? error : unreadable(file, error as NodeJS.ErrnoException);
	}
}

/** The maximum size of a user's file. */
const mostBytes = 32 * 1024 * 1024;

/** The empty file, what a shell substitutes for `<(command)`, and standard input, which may be pipes. */
const allowedDevices = /^\/(?:dev\/(?:null|fd\/\d+|stdin)|proc\/self\/fd\/\d+)$/;

/**
 * A device such as /dev/zero never ends, and a named pipe may wait forever.
 *
 * @throws InputError
 */
function demandRegular(file: string, found: Stats): void {
	if (found.isDirectory() || allowedDevices.test(file)) return;
	if (!found.isFile()) throw new InputError([{message: `${file}: not a regular file`}]);
	if (found.size <= mostBytes) return;
	throw new InputError([{message: `${file}: ${found.size} bytes; the maximum is ${mostBytes} (32 MiB)`}]);
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
