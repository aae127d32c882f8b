import {type Command, read} from '../shell/command.ts';

/** What is at a path itself: a symbolic link is told as one and not followed. */
export type FileFact =
	| {readonly type: 'absent'}
	| {
			readonly type: 'file' | 'symlink' | 'other';
			/** Device, inode and time of birth, as in `stat.ts`. */
			readonly identity: string;
			/** What it takes on the file system. */
			readonly actualBytes: number;
			/** Names that it has on its file system. */
			readonly links: number;
	  };

/** Looks at a path without following a symbolic link. Exits with 1 where there is nothing. */
export function file(host: string, path: string): Command {
	return read(host, ['stat', '--format=%d:%i:%W %b %B %h %F', '--', path]);
}

/** Undefined when the answer is neither a file nor its absence. */
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

/** Do both name one inode of one host? The time of birth is left out: not every file system knows it. */
export function isSameInode(one: string, other: string): boolean {
	return inodeOf(one) === inodeOf(other);
}

function inodeOf(identity: string): string {
	return identity.split(':').slice(0, 2).join(':');
}
