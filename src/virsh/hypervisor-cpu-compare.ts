import type {Command} from '../shell/command.ts';
import {read} from '../shell/command.ts';
import {systemUri} from './virsh.ts';

/** The CPU of a guest, for a comparison on another host. */
export type WantedCpu = {
	/** `kvm` or `qemu`. */
	readonly virttype: string;
	readonly machine: string;
	/** The element `<cpu>` of its live definition. */
	readonly cpu: string;
};

export type CpuVerdict = {
	readonly verdict: 'identical' | 'superset' | 'incompatible';
	readonly missing: readonly string[];
};

/** The CPU in a live definition; undefined if it is left to QEMU. */
export function cpuOf({machine, xml}: {readonly machine: string; readonly xml: string}): WantedCpu | undefined {
	const [cpu] = /<cpu\b[^>]*\/>|<cpu\b[\s\S]*?<\/cpu>/.exec(xml) ?? [];
	const virttype = /<domain\b[^>]*\btype=['"](\w+)/.exec(xml)?.[1];
	return cpu === undefined || virttype === undefined ? undefined : {virttype, machine, cpu};
}

/** Compares the CPU with that of the host. Exits with 1 if incompatible. */
export function hypervisorCpuCompare(host: string, {virttype, machine, cpu}: WantedCpu): Command {
	const words = [
		'hypervisor-cpu-compare',
		'--file',
		'/dev/stdin',
		'--virttype',
		virttype,
		'--machine',
		machine,
		'--error',
	];
	// A pipe, because stdin may be a socket of sshd, which cannot be opened by path.
	const argv = ['sh', '-c', 'cat | "$@"', 'sh', 'virsh', '--quiet', '--connect', systemUri, ...words] as const;
	return read(host, argv, {stdin: cpu});
}

/** Undefined for unexpected output. */
export function parseCpuVerdict(text: string): CpuVerdict | undefined {
	if (/is identical to/.test(text)) return {verdict: 'identical', missing: []};
	if (/is a superset of/.test(text)) return {verdict: 'superset', missing: []};
	if (!/incompatible/.test(text)) return undefined;
	const missing = /missing features?: ([^\n]*)/.exec(text)?.[1]?.split(/[, ]+/) ?? [];
	return {verdict: 'incompatible', missing: missing.filter(name => name !== '')};
}
