import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

export type NodeMemory = {
	readonly memoryKib: number;
	/** Available memory: free, and reclaimable by the kernel. */
	readonly availableKib: number;
};

export function nodememstats(host: string): Command {
	return virsh(host, 'read', ['nodememstats']);
}

/** @throws Error for a missing value. */
export function parseNodememstats(stdout: string): NodeMemory {
	const kib = (name: string): number => {
		const value = new RegExp(`^${name} *: *(\\d+) KiB`, 'm').exec(stdout)?.[1];
		if (value === undefined) throw new Error(`virsh nodememstats reported no ${name}`);
		return Number(value);
	};
	return {memoryKib: kib('total'), availableKib: kib('free') + kib('buffers') + kib('cached')};
}
