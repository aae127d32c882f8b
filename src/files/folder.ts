import {type Command, read} from '../shell/command.ts';
import {cannotExist} from './stat.ts';

/** A directory on a host, and its file system. */
export type FolderFact =
	| {readonly exists: false}
	| {
			readonly exists: true;
			/** Identifies the file system: directories with the same value share its space. */
			readonly fileSystem: string;
			/** Space available to unprivileged users. */
			readonly freeBytes: number;
			/** In octal: `711`. Unknown in facts that an older version has read. */
			readonly mode?: string;
			/** User and group: `root:root`. */
			readonly owner?: string;
	  };

const readScript = `stat --file-system --format='%i %a %S' -- "$1" && stat --dereference --format='mode %a %U:%G' -- "$1"`;

/** Reads the permissions of a directory and the free space of its file system. Exits with 1 if it does not exist. */
export function folder(host: string, path: string): Command {
	return read(host, ['sh', '-c', readScript, 'sh', path]);
}

/** Undefined for output that is neither a file system nor the absence of the directory. */
export function parseFolder(code: number, stdout: string, stderr: string): FolderFact | undefined {
	if (code !== 0) return cannotExist.test(stderr) ? {exists: false} : undefined;
	const [, fileSystem, blocks, blockBytes] = /^(\S+) (\d+) (\d+)$/m.exec(stdout) ?? [];
	const [, mode, owner] = /^mode ([0-7]+) (\S+)$/m.exec(stdout) ?? [];
	if (fileSystem === undefined || mode === undefined || owner === undefined) return undefined;
	return {exists: true, fileSystem, freeBytes: Number(blocks) * Number(blockBytes), mode, owner};
}
