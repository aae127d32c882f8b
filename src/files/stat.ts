import {type Command, read} from '../shell/command.ts';

/** The file at a path on a host. */
export type PathFact =
	| {readonly type: 'absent'}
	| {
			readonly type: 'file' | 'directory' | 'block' | 'other';
			/** Device, inode and time of birth: together they name one file for good, as an inode is used again. */
			readonly identity: string;
			readonly bytes: number;
			/** In octal: `600`. */
			readonly mode: string;
			/** User and group, by their names: `libvirt-qemu:kvm`. */
			readonly owner: string;
	  };

/** The format that `parseStat` expects. */
export const statFormat = '%d:%i:%W %s %a %U:%G %F';

/** Reads a path, following symbolic links. Exits with 1 if it does not exist. */
export function stat(host: string, path: string): Command {
	return read(host, ['stat', '--dereference', `--format=${statFormat}`, '--', path]);
}

const eachScript = `for path; do
	if answer=$(stat --dereference --format='${statFormat}' -- "$path" 2>&1); then printf 'found %s\\n' "$answer"
	else case $answer in *'No such file'* | *'Not a directory'* | *'File name too long'*) echo absent ;; *) echo failed ;; esac; fi
done`;

/** Looks at many paths. */
export function stats(host: string, paths: readonly string[]): Command {
	return read(host, ['sh', '-c', eachScript, 'sh', ...paths]);
}

/** The files at the paths, in order; undefined if one could not be examined. */
export function parseStats(stdout: string, count: number): readonly PathFact[] | undefined {
	const lines = stdout.split('\n').filter(line => line !== '');
	if (lines.length !== count || lines.includes('failed')) return undefined;
	const found = lines.map(line =>
		line === 'absent' ? ({type: 'absent'} as const) : parseStat(0, line.replace(/^found /, ''), ''),
	);
	return found.every(fact => fact !== undefined) ? found : undefined;
}

/** Errors of `stat` for a path that does not or cannot exist. */
export const cannotExist = /No such file or directory|Not a directory|File name too long/;

/** Undefined for output that is neither a file nor its absence. */
export function parseStat(code: number, stdout: string, stderr: string): PathFact | undefined {
	if (code !== 0) return cannotExist.test(stderr) ? {type: 'absent'} : undefined;
	const [, identity, bytes, mode = '', owner = '', words = ''] = /^(\S+) (\d+) (\d+) (\S+) (.+)$/m.exec(stdout) ?? [];
	if (identity === undefined) return undefined;
	return {type: typeOf(words), identity, bytes: Number(bytes), mode, owner};
}

function typeOf(words: string): 'file' | 'directory' | 'block' | 'other' {
	if (words.startsWith('regular')) return 'file';
	if (words === 'directory') return 'directory';
	return words === 'block special file' ? 'block' : 'other';
}

/**
 * Can two paths of two hosts be one file of a storage that both share? One inode of one birth, as far as both hosts know
 * the birth. That it is not so disproves it; that it is so proves nothing.
 */
export function mayBeOneFile(one: PathFact, other: PathFact): boolean {
	if (one.type === 'absent' || other.type === 'absent' || one.type !== other.type) return false;
	const [, inode, birth = ''] = one.identity.split(':');
	const [, otherInode, otherBirth = ''] = other.identity.split(':');
	return inode === otherInode && (birth === otherBirth || isUnknown(birth) || isUnknown(otherBirth));
}

function isUnknown(birth: string): boolean {
	return birth === '0' || birth === '-';
}
