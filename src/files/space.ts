import {type Command, read} from '../shell/command.ts';

/** Climbs to a folder that is there: what is made in it later lies on the same file system. */
const script = `folder=$1
while [ ! -e "$folder" ] && [ "$folder" != / ]; do folder=\${folder%/*}; folder=\${folder:-/}; done
df --block-size=1 --output=avail -- "$folder"`;

/** What may yet be written to the file system that holds a folder. */
export function space(host: string, folder: string): Command {
	return read(host, ['sh', '-c', script, 'sh', folder]);
}

/** @throws Error when there is no figure. */
export function parseSpace(stdout: string): number {
	const free = /^ *(\d+) *$/m.exec(stdout)?.[1];
	if (free === undefined) throw new Error('df gave no figure');
	return Number(free);
}
