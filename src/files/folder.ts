import {type Command, read} from '../shell/command.ts';
import {cannotExist} from './stat.ts';

/** A folder of a host, and the file system that it is on. */
export type FolderFact =
	| {readonly exists: false}
	| {
			readonly exists: true;
			/** Folders of one host with the same have their space in common. */
			readonly fileSystem: string;
			/** What anybody may still write there. */
			readonly freeBytes: number;
	  };

/** Asks for the space of the file system below a folder. Exits with 1 where there is none. */
export function folder(host: string, path: string): Command {
	return read(host, ['stat', '--file-system', '--format=%i %a %S', '--', path]);
}

/** Undefined when the answer is neither a file system nor the absence of the folder. */
export function parseFolder(code: number, stdout: string, stderr: string): FolderFact | undefined {
	if (code !== 0) return cannotExist.test(stderr) ? {exists: false} : undefined;
	const [, fileSystem, blocks, blockBytes] = /^(\S+) (\d+) (\d+)$/m.exec(stdout) ?? [];
	if (fileSystem === undefined) return undefined;
	return {exists: true, fileSystem, freeBytes: Number(blocks) * Number(blockBytes)};
}
