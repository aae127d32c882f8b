import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {Command} from 'commander';
import {InputError} from '../../errors.ts';
import {setExitCode} from '../exit.ts';
import {type AccessOptions, readAccess, withAccess} from '../options/access.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';
import type {Selected} from '../options/select-inputs.ts';
import {originOf, type WhyOptions, withWhy} from '../origin.ts';
import type {WrapPorts} from '../ports.ts';

type CleanOptions = InventoryChoice &
	AccessOptions &
	WhyOptions & {
		readonly host?: string;
		readonly guest?: readonly string[];
		readonly olderThan?: string;
		readonly extraVars?: readonly string[];
		readonly json?: true;
		readonly yes?: true;
	};

const forks = 20;

/** `vacate disks clean`: deletes unused kept copies, as a run of the step `clean_disks`. */
export function disksCleanCommand(wrapPorts: WrapPorts): Command {
	const command = new Command('clean')
		.description(
			'Delete kept copies of guest disks that are proven to be unused, after showing the plan and asking for approval.',
		)
		.option('--older-than <age>', 'only copies older than this, such as 30d')
		.option('--guest <guest>', 'only copies of this guest, by name or UUID (repeatable)', collect)
		.option('--host <pattern>', 'only on hosts that match the pattern (default: all)');
	return withWhy(withAccess(withInventory(command, 'inventory of the hosts')))
		.option('-e, --extra-vars <vars>', 'variables that the inventory requires (repeatable)', collect)
		.option('-y, --yes', 'delete without asking for approval')
		.option('--json', 'write events to standard output as JSON Lines')
		.action(async (options: CleanOptions) => {
			const {inventory = [], extraVars = [], json = false, yes} = options;
			const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
			if (yes !== true && !isTerminal) {
				throw new InputError([
					{
						message: 'deleted disks cannot be restored, and vacate cannot ask for approval without a terminal',
						hint: 'add --yes',
					},
				]);
			}
			const [{loadInputs}, {select}, {startRun}, {planned}, {invocationOf}] = await Promise.all([
				import('../inputs.ts'),
				import('../options/select-inputs.ts'),
				import('../compose.ts'),
				import('../approved-plan.ts'),
				import('../invocation.ts'),
			]);
			const playbook = await writePlaybook(options);
			const selected = select(await loadInputs(playbook, inventory, extraVars, await vaultOf(options)), {});
			const output = json ? process.stderr : process.stdout;
			const shown = await copiesText(selected, options);
			output.write(`${shown.text}\n\n`);
			if (shown.isNothing) return;
			const origin = originOf(options);
			const {readPolicy} = await import('../../store/policy-file.ts');
			const policy = await readPolicy();
			const code = await startRun(selected, {
				wrapPorts,
				forks,
				json,
				step: false,
				origin,
				policy,
				access: await readAccess(options),
				prepare: planned(selected, {playbook, inventory, extraVars}, {output, asks: yes !== true, origin, policy}),
				call: await invocationOf(playbook, {...options, inventory, extraVars, forks}),
			});
			setExitCode(code);
		});
}

/** The copies that would be deleted, shown before approval. */
async function copiesText(
	selected: Selected,
	options: CleanOptions,
): Promise<{readonly text: string; readonly isNothing: boolean}> {
	const [{matchHosts}, {openFactSource}, {readStock}, {stockText}, {copiesToDelete}] = await Promise.all([
		import('../../inventory/patterns.ts'),
		import('../fact-source.ts'),
		import('../read-kept-copies.ts'),
		import('../../views/kept-copies.ts'),
		import('../../steps/evacuation/clean_disks.ts'),
	]);
	const {inventory} = selected;
	const stage = await openFactSource(selected, undefined, await readAccess(options));
	try {
		const hosts = matchHosts(inventory, options.host ?? 'all');
		const {stocks, silent} = await readStock(stage.gatherer, hosts, matchHosts(inventory, 'all'));
		const wanted = taskOf(options);
		const chosen = stocks.map(({entries, ...stock}) => ({
			...stock,
			entries: copiesToDelete(entries, wanted, stock.clockSeconds),
		}));
		const isNothing = silent.length === 0 && chosen.every(({entries}) => entries.length === 0);
		return {
			text: isNothing ? 'no kept copy can be deleted; to see why: vacate disks' : `to delete:\n${stockText(chosen)}`,
			isNothing,
		};
	} finally {
		await stage.shell?.close();
	}
}

function taskOf({guest, olderThan}: CleanOptions) {
	return {
		...(olderThan === undefined ? {} : {older_than: olderThan}),
		...(guest === undefined ? {} : {guests: guest}),
	};
}

/** Writes the playbook of the run to a file that `resume` can read again; equal options give the same file. */
async function writePlaybook(options: CleanOptions): Promise<string> {
	const [{unfoldedYamlText}, {runsFolder}] = await Promise.all([
		import('../../yaml/write.ts'),
		import('../../store/read-journal.ts'),
	]);
	const play = {name: 'Delete kept copies', hosts: options.host ?? 'all', tasks: [{clean_disks: taskOf(options)}]};
	const text = unfoldedYamlText([play]);
	const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
	const file = join(dirname(runsFolder), 'disks-clean', `${name}.yml`);
	await mkdir(dirname(file), {recursive: true, mode: 0o700});
	await writeFile(file, text, {mode: 0o600});
	return file;
}
