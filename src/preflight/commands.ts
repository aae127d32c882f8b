import type {Remedy} from './finding.ts';

/** `virsh …` on a host. */
export function virsh(host: string, ...args: readonly string[]): Remedy {
	return {host, argv: ['virsh', ...args]};
}

export function run(host: string, program: string, ...args: readonly string[]): Remedy {
	return {host, argv: [program, ...args]};
}

export function advise(advice: string): Remedy {
	return {advice};
}
