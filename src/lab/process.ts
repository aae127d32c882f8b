import {readFileSync} from 'node:fs';

/** A process, identified so that a later process with the same PID is not mistaken for it. */
export type ProcessName = {readonly pid: number; readonly startedAt: string};

/** Undefined if there is no such process. */
export function nameProcess(pid: number): ProcessName | undefined {
	const startedAt = startTime(pid);
	return startedAt === undefined ? undefined : {pid, startedAt};
}

export function isAlive({pid, startedAt}: ProcessName): boolean {
	return startTime(pid) === startedAt;
}

/** Kills a process if it is still the identified one. */
export function kill(name: ProcessName): void {
	if (isAlive(name)) process.kill(name.pid, 'SIGKILL');
}

/** The first child of a process. */
export function childOf(pid: number): number | undefined {
	try {
		const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
		return first === '' ? undefined : Number(first);
	} catch {
		return undefined;
	}
}

/** The start time in clock ticks since boot, field 22 of `stat` in proc(5); undefined for a zombie. */
function startTime(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return fields[0] === 'Z' ? undefined : fields[19];
	} catch {
		return undefined;
	}
}
