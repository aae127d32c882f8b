import {type Command, read} from '../shell/command.ts';

/** As far as any of the signatures reaches. */
const firstBytes = 68;

/**
 * Reads the start of an image declared as raw. Not with qemu-img, which would open the detected format:
 * what a guest has written there can name any file of the host (CVE-2024-4467).
 */
export function readBeginning(host: string, path: string): Command {
	return read(host, [
		'od',
		'--address-radix=n',
		'--format=x1',
		'--output-duplicates',
		`--read-bytes=${firstBytes}`,
		'--',
		path,
	]);
}

/** Signatures of formats, in hexadecimal, with their offsets. */
const signatures: readonly (readonly [format: string, at: number, signature: string])[] = [
	['qcow2', 0, '514649fb'],
	['qed', 0, '51454400'],
	['vmdk', 0, '4b444d56'],
	['vmdk', 0, '434f5744'],
	['vhdx', 0, '7668647866696c65'],
	['vpc', 0, '636f6e6563746978'],
	['vdi', 64, '7f10dabe'],
];

/**
 * The format detected at the start of an image, if any. A raw disk may start with a LUKS header, as does one that a
 * guest has encrypted itself.
 */
export function parseBeginning(stdout: string): string | undefined {
	const bytes = stdout.replaceAll(/\s/g, '');
	return signatures.find(([, at, signature]) => bytes.startsWith(signature, 2 * at))?.[0];
}
