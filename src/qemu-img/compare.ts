import {type Command, read} from '../shell/command.ts';

type Compared = {readonly path: string; readonly format: string};

/** The exit codes that answer: the same, different. */
export const compareCodes: readonly number[] = [0, 1];

/** Compares what guests would see of two images of one host. What lies beyond the shorter one must be empty. */
export function compare(host: string, one: Compared, other: Compared): Command {
	return read(host, ['qemu-img', 'compare', '-f', one.format, '-F', other.format, '--', one.path, other.path]);
}
