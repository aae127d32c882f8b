import type {Command} from '../shell/command.ts';
import {read} from '../shell/command.ts';
import {systemUri} from './virsh.ts';

/** A CPU as a guest has it: what another host is asked about. */
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

/** What a live definition says of its CPU; undefined where it leaves all to QEMU. */
export function cpuOf({machine, xml}: {readonly machine: string; readonly xml: string}): WantedCpu | undefined {
	const [cpu] = /<cpu\b[^>]*\/>|<cpu\b[\s\S]*?<\/cpu>/.exec(xml) ?? [];
	const virttype = /<domain\b[^>]*\btype=['"](\w+)/.exec(xml)?.[1];
	return cpu === undefined || virttype === undefined ? undefined : {virttype, machine, cpu};
}

/** Could the guest go on here? Exits with 1 when it could not. */
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
	// A pipe, as sshd may give a socket, which cannot be opened by its name.
	const argv = ['sh', '-c', 'cat | "$@"', 'sh', 'virsh', '--quiet', '--connect', systemUri, ...words] as const;
	return read(host, argv, {stdin: cpu});
}

/** Undefined when the answer is none. */
export function parseCpuVerdict(text: string): CpuVerdict | undefined {
	if (/is identical to/.test(text)) return {verdict: 'identical', missing: []};
	if (/is a superset of/.test(text)) return {verdict: 'superset', missing: []};
	if (!/incompatible/.test(text)) return undefined;
	const missing = /missing features?: ([^\n]*)/.exec(text)?.[1]?.split(/[, ]+/) ?? [];
	return {verdict: 'incompatible', missing: missing.filter(name => name !== '')};
}
