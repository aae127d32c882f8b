import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {basename} from 'node:path';
import {childOf, isAlive, type ProcessName} from '../process.ts';
import type {Lab} from '../state.ts';
import type {Program} from './fault.ts';

/** A process of a host, as seen from this machine. */
export type HostProcess = {
	/** Its PID on this machine. */
	readonly pid: number;
	readonly argv: readonly string[];
	/** It was stopped by a signal. */
	readonly paused: boolean;
};

/** All live processes of a host, by its PID namespace. Reads /proc only, so that it works whatever has died. */
export function processesOf(lab: Lab, host: string): readonly HostProcess[] {
	const namespace = namespaceOfHost(lab.inits[host]);
	if (namespace === undefined) throw new Error(`host ${host} of the lab is not running`);
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number)
		.filter(pid => namespaceOf(pid) === namespace)
		.flatMap(describe);
}

/** The program that a process runs; undefined for one that faults do not target. */
export function programOf({argv: [name = '']}: HostProcess): Program | undefined {
	if (/^sshd: .*\[listener\]/.test(name)) return 'sshd';
	if (name.startsWith('sshd: ')) return 'sessions';
	const program = basename(name);
	if (program === 'libvirtd' || program === 'virsh') return program;
	return program.startsWith('qemu-system-') ? 'qemu' : undefined;
}

/**
 * The name of the guest that a QEMU process runs; libvirt passes it as `-name guest=NAME,debug-threads=on`, with commas
 * doubled.
 */
export function guestOf({argv}: HostProcess): string | undefined {
	const name = argv[argv.indexOf('-name') + 1] ?? '';
	return /^guest=((?:[^,]|,,)*)/.exec(name)?.[1]?.replaceAll(',,', ',');
}

/** Cached while the host runs: listing the children of a process is unreliable, see proc(5). */
const known = new WeakMap<ProcessName, string>();

function namespaceOfHost(init: ProcessName | undefined): string | undefined {
	if (init === undefined || !isAlive(init)) return undefined;
	const first = known.has(init) ? undefined : childOf(init.pid);
	const found = first === undefined ? undefined : namespaceOf(first);
	if (found !== undefined) known.set(init, found);
	return known.get(init);
}

function namespaceOf(pid: number): string | undefined {
	try {
		return readlinkSync(`/proc/${pid}/ns/pid`);
	} catch {
		return undefined;
	}
}

function describe(pid: number): readonly HostProcess[] {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
		if (state === 'Z' || state === 'X') return [];
		const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+$/, '').split('\0');
		return [{pid, argv, paused: state === 'T'}];
	} catch {
		return [];
	}
}
