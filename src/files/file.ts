import {type Command, read} from '../shell/command.ts';

/** The file at a path, without following symbolic links. */
export type FileFact =
	| {readonly type: 'absent'}
	| {
			readonly type: 'file' | 'symlink' | 'other';
			/** Device, inode and birth time, as in `stat.ts`. */
			readonly identity: string;
			/** Its allocated size. */
			readonly actualBytes: number;
			/** Number of hard links. */
			readonly links: number;
	  };

/** Reads a path without following symbolic links. Exits with 1 if it does not exist. */
export function file(host: string, path: string): Command {
	return read(host, ['stat', '--format=%d:%i:%W %b %B %h %F', '--', path]);
}

/** Undefined for output that is neither a file nor its absence. */
export function parseFile(code: number, stdout: string, stderr: string): FileFact | undefined {
	if (code !== 0) return /No such file or directory|Not a directory/.test(stderr) ? {type: 'absent'} : undefined;
	const [, identity, blocks, blockBytes, links, words = ''] = /^(\S+) (\d+) (\d+) (\d+) (.+)$/m.exec(stdout) ?? [];
	if (identity === undefined) return undefined;
	return {type: typeOf(words), identity, actualBytes: Number(blocks) * Number(blockBytes), links: Number(links)};
}

function typeOf(words: string): 'file' | 'symlink' | 'other' {
	if (words.startsWith('regular')) return 'file';
	return words === 'symbolic link' ? 'symlink' : 'other';
}

/** Whether both are the same inode of one host. The birth time is ignored, since not every file system supports it. */
export function isSameInode(one: string, other: string): boolean {
	return inodeOf(one) === inodeOf(other);
}

function inodeOf(identity: string): string {
	return identity.split(':').slice(0, 2).join(':');
}
