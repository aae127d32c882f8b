import {type Command, read} from '../shell/command.ts';

type Compared = {readonly path: string; readonly format: string};

/** Exit codes with a result: identical, different. */
export const compareCodes: readonly number[] = [0, 1];

/** Compares the guest-visible contents of two images on one host. The excess of the larger one must be empty. */
export function compare(host: string, one: Compared, other: Compared): Command {
	return read(host, ['qemu-img', 'compare', '-f', one.format, '-F', other.format, '--', one.path, other.path]);
}
