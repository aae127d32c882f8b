import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {PrerequisiteError} from '../errors.ts';
import {type LabLayout, type LabPlan, layoutOf} from './layout.ts';
import {isAlive, type ProcessName} from './process.ts';

/** A lab on this machine. */
export type Lab = LabLayout & {
	/** The outermost process of each host; its child is the host's PID 1. */
	readonly inits: Readonly<Record<string, ProcessName>>;
	/** Whether all hosts are running. */
	readonly alive: boolean;
};

type State = {readonly plan: LabPlan; readonly inits: Readonly<Record<string, ProcessName>>};

/** Undefined if there is no lab in the folder. */
export async function loadLab(dir: string): Promise<Lab | undefined> {
	const text = await readFile(join(dir, 'lab.json'), 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	const {plan, inits} = JSON.parse(text) as State;
	const alive = Object.keys(inits).length === plan.hosts && Object.values(inits).every(isAlive);
	return {...layoutOf(plan), inits, alive};
}

/** @throws PrerequisiteError if there is no lab or not all of its hosts are running. */
export async function theLab(dir: string): Promise<Lab> {
	const lab = await loadLab(dir);
	if (lab === undefined) throw new PrerequisiteError(`no lab in ${dir}`, 'vacate lab up');
	if (!lab.alive) throw new PrerequisiteError(`not all hosts of the lab in ${dir} are running`, 'vacate lab up');
	return lab;
}

export async function saveLab(
	{name, dir, subnet, hosts, stateFile}: LabLayout,
	inits: Readonly<Record<string, ProcessName>>,
): Promise<void> {
	const state: State = {plan: {name, dir, subnet, hosts}, inits};
	await writeFile(stateFile, `${JSON.stringify(state)}\n`);
}
