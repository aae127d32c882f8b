import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {type AccessOptions, readAccess} from './options/access.ts';
import {type InventoryChoice, vaultOf} from './options/inventory-options.ts';
import {originOf, type WhyOptions} from './origin.ts';
import type {WrapPorts} from './ports.ts';

export type TaskOptions = InventoryChoice &
	AccessOptions &
	WhyOptions & {readonly extraVars?: readonly string[]; readonly json?: true};

/** A command that is one task on some hosts. */
export type OneTask = {
	/** Names the folder of its playbooks. */
	readonly command: string;
	readonly title: string;
	readonly hosts: string;
	readonly task: Readonly<Record<string, unknown>>;
};

const forks = 20;

/** Runs the task as a run of its own, with a plan, locks and a journal. Returns the exit code. */
export async function runTask(one: OneTask, options: TaskOptions, wrapPorts: WrapPorts): Promise<number> {
	const {inventory = [], extraVars = [], json = false} = options;
	const [{loadInputs}, {select}, {startRun}, {planned}, {invocationOf}, {readPolicy}] = await Promise.all([
		import('./inputs.ts'),
		import('./options/select-inputs.ts'),
		import('./compose.ts'),
		import('./approved-plan.ts'),
		import('./invocation.ts'),
		import('../store/policy-file.ts'),
	]);
	const playbook = await writePlaybook(one);
	const selected = select(await loadInputs(playbook, inventory, extraVars, await vaultOf(options)), {});
	const origin = originOf(options);
	const policy = await readPolicy();
	const output = json ? process.stderr : process.stdout;
	return startRun(selected, {
		wrapPorts,
		forks,
		json,
		step: false,
		origin,
		policy,
		access: await readAccess(options),
		prepare: planned(selected, {playbook, inventory, extraVars}, {output, asks: false, origin, policy}),
		call: await invocationOf(playbook, {...options, inventory, extraVars, forks}),
	});
}

/** Writes the playbook to a file that `resume` can read again; equal options give the same file. */
async function writePlaybook({command, title, hosts, task}: OneTask): Promise<string> {
	const [{unfoldedYamlText}, {runsFolder}] = await Promise.all([
		import('../yaml/write.ts'),
		import('../store/read-journal.ts'),
	]);
	const text = unfoldedYamlText([{name: title, hosts, tasks: [task]}]);
	const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
	const file = join(dirname(runsFolder), command, `${name}.yml`);
	await mkdir(dirname(file), {recursive: true, mode: 0o700});
	await writeFile(file, text, {mode: 0o600});
	return file;
}
