import {setTimeout as wait} from 'node:timers/promises';
import {PrerequisiteError} from '../../errors.ts';
import {write} from '../../shell/command.ts';
import {demand} from '../../shell/demand.ts';
import {virsh} from '../../virsh/virsh.ts';
import {labShell} from '../enter.ts';
import {isAlive, nameProcess} from '../process.ts';
import type {Lab} from '../state.ts';
import {type Daemon, daemons, type Fault, type Program} from './fault.ts';
import {guestOf, type HostProcess, processesOf, programOf} from './processes.ts';

/** How long a daemon may take to answer after its start. */
const answersWithinMs = 30_000;

/** The target of a fault. Without a guest, all QEMU processes. */
export type FaultTarget = {readonly host: string; readonly program: Program; readonly guest?: string};

/**
 * Kills processes of a host with SIGKILL and waits until they are gone. A daemon stays dead until it is started.
 *
 * @throws PrerequisiteError if there is no such process.
 */
export async function killProgram(lab: Lab, victim: FaultTarget): Promise<void> {
	const names = victims(lab, victim).flatMap(({pid}) => nameProcess(pid) ?? []);
	for (const name of names) signal(name.pid, 'SIGKILL');
	for (const name of names) while (isAlive(name)) await wait(5);
}

/** Stops processes with SIGSTOP until they are resumed. */
export function pauseProgram(lab: Lab, victim: FaultTarget): void {
	for (const {pid} of victims(lab, victim)) signal(pid, 'SIGSTOP');
}

/** Resumes all paused processes of a host. */
export function wakeAll(lab: Lab, host: string): void {
	for (const {pid, paused} of processesOf(lab, host)) if (paused) signal(pid, 'SIGCONT');
}

/** Starts a dead daemon and waits until it answers. */
export async function startDaemon(lab: Lab, host: string, daemon: Daemon): Promise<void> {
	const shell = labShell(lab);
	if (daemon === 'sshd') {
		await demand(shell, write(host, ['/usr/sbin/sshd']));
		return;
	}
	await demand(shell, write(host, ['sh', '-c', 'rm -f /run/libvirtd.pid && exec /usr/sbin/libvirtd -d']));
	for (const until = Date.now() + answersWithinMs; ; await wait(20)) {
		const outcome = await shell.run({...virsh(host, 'read', ['list']), timeoutMs: answersWithinMs});
		if (outcome.end === 'exited' && outcome.code === 0) return;
		if (Date.now() > until) throw new Error(`libvirtd on ${host} does not answer: ${outcome.stderr}`);
	}
}

/** Starts all dead daemons of a host. */
export async function startDead(lab: Lab, host: string): Promise<void> {
	for (const daemon of deadDaemons(lab, host)) await startDaemon(lab, host, daemon);
}

/** The dead daemons and paused processes of a host. */
export function processFaults(lab: Lab, host: string): readonly Fault[] {
	const dead = deadDaemons(lab, host).map((program): Fault => ({kind: 'dead', host, program}));
	const paused = processesOf(lab, host).flatMap((one): readonly Fault[] => {
		const program = programOf(one);
		if (!one.paused || program === undefined) return [];
		const guest = program === 'qemu' ? guestOf(one) : undefined;
		return [{kind: 'paused', host, program, ...(guest === undefined ? {} : {guest})}];
	});
	return [...dead, ...paused];
}

function deadDaemons(lab: Lab, host: string): readonly Daemon[] {
	const alive = new Set(processesOf(lab, host).map(programOf));
	return daemons.filter(daemon => !alive.has(daemon));
}

function victims(lab: Lab, {host, program, guest}: FaultTarget): readonly HostProcess[] {
	const found = processesOf(lab, host).filter(
		one => programOf(one) === program && (guest === undefined || guestOf(one) === guest),
	);
	if (found.length > 0) return found;
	throw new PrerequisiteError(`no ${program} process${guest === undefined ? '' : ` of guest ${guest}`} on ${host}`);
}

/** A process that has ended in the meantime is not an error. */
function signal(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
