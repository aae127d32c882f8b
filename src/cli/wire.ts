import {createHash} from 'node:crypto';
import {hostname, userInfo} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Recap} from '../engine/events.ts';
import type {Clock} from '../engine/ports.ts';
import {runPlaybook} from '../engine/run.ts';
import type {RunInput} from '../engine/run-state.ts';
import {undoRun} from '../engine/undo-run.ts';
import {InterruptedError, PrerequisiteError} from '../errors.ts';
import {createGatherer} from '../facts/gather.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {matchHosts} from '../inventory/patterns.ts';
import {recordCommands} from '../journal/commands.ts';
import {type DiskJournal, openJournal, reopenJournal} from '../journal/journal.ts';
import {runsFolder} from '../journal/read.ts';
import {HostLocks} from '../locks/host-locks.ts';
import {peersOf} from '../plan/peers.ts';
import {localShell} from '../shell/local.ts';
import type {Shell} from '../shell/shell.ts';
import {type Endpoint, type EndpointDefaults, endpointFromVars} from '../ssh/endpoint.ts';
import {openSsh} from '../ssh/shell.ts';
import {steps} from '../steps/index.ts';
import type {Json} from '../steps/step.ts';
import {Scope} from '../template/scope.ts';
import {jsonView} from '../views/json.ts';
import {plainView} from '../views/plain.ts';
import type {View} from '../views/view.ts';
import {askSecret} from './ask.ts';
import {askBeforeTasks} from './ask-tasks.ts';
import {listenForControl} from './control.ts';
import type {SavedRun} from './saved-run.ts';
import type {Selected} from './select-inputs.ts';
import {listenForSignals} from './signals.ts';

type RunOptions = {
	readonly forks: number;
	readonly json: boolean;
	/** Whether a person is asked before each task. */
	readonly step: boolean;
	readonly access: EndpointDefaults;
	/** How it was called, for who goes on with it. */
	readonly call: Json;
};

/** Builds everything that a new run needs, and runs it. Gives the exit code. */
export async function carryOut(selected: Selected, options: RunOptions): Promise<number> {
	const run = runName(new Date());
	const folder = join(runsFolder, run);
	const journal = await openJournal(folder, Date.now).catch(noPlace);
	return withWorld(selected, {run, folder, journal}, options, input => runPlaybook({...input, call: options.call}));
}

/** Goes on with a run that has died, or takes it back. Gives the exit code. */
export async function goOn(
	selected: Selected,
	{run, folder, written, replay}: SavedRun,
	options: Omit<RunOptions, 'call'>,
	how: 'resume' | 'undo',
): Promise<number> {
	const journal = await reopenJournal(folder, written, Date.now).catch(noPlace);
	return withWorld(selected, {run, folder, journal}, options, input =>
		how === 'undo' ? undoRun(input, replay) : runPlaybook({...input, before: replay}),
	);
}

type Place = {readonly run: string; readonly folder: string; readonly journal: DiskJournal};

async function withWorld(
	{playbook, inventory, given, tags, limit}: Selected,
	{run, folder, journal}: Place,
	{forks, json, step, access}: Omit<RunOptions, 'call'>,
	work: (input: RunInput) => Promise<Recap>,
): Promise<number> {
	const view = await chooseView(json);
	const ssh = openSsh(endpointsOf(inventory, given, access), localShell(), {
		askSecret: question => view.aside(() => askSecret(question)),
		tell: text => view.tell(text),
	});
	const shell = recordCommands(ssh, folder, Date.now);
	const signals = listenForSignals(text => view.tell(text));
	const locks = new HostLocks(
		ssh,
		`run ${run} of ${userInfo().username}@${hostname()}, since ${new Date().toISOString()}`,
	);
	const stopControl = await listenForControl(folder, signals.abort);
	const asking = step ? askBeforeTasks(process.stdin, process.stderr) : undefined;
	try {
		const recap = await work({
			run,
			playbook,
			inventory,
			steps,
			given,
			world: {shell, gatherer: createGatherer(shell), clock},
			journal,
			emit: event => view.on(event),
			forks,
			tags,
			...(limit === undefined ? {} : {limit}),
			...(asking === undefined ? {} : {ask: asking.ask}),
			peer: peersOf(inventory, given),
			hostsOf: pattern => matchHosts(inventory, pattern),
			mark: id => createHash('sha256').update(`${run} ${id}`).digest('hex').slice(0, 8),
			hold: hosts => locks.hold(hosts),
			signal: signals.stop,
			undoSignal: signals.stopUndo,
		});
		return recap.exitCode;
	} finally {
		asking?.close();
		signals.close();
		await view.end();
		await locks.close();
		await shell.close();
		await journal.close();
		await stopControl();
	}
}

function noPlace(error: Error): never {
	throw new PrerequisiteError(error.message, 'run it in a folder that you may write to');
}

/** Reaches the hosts of an inventory, and writes nothing down. */
export function shellFor(
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
	access: EndpointDefaults,
): Shell {
	return openSsh(endpointsOf(inventory, given, access), localShell(), {askSecret});
}

export const clock: Clock = {
	now: Date.now,
	async sleep(milliseconds, signal) {
		await wait(milliseconds, undefined, {signal}).catch(() => {
			throw new InterruptedError();
		});
	},
};

async function chooseView(json: boolean): Promise<View> {
	if (json) return jsonView(process.stdout, process.stderr);
	if (!process.stdout.isTTY || process.env.TERM === 'dumb') return plainView(process.stdout);
	const {liveView} = await import('../views/live.ts');
	return liveView(process.stdout);
}

/** How each host is reached, by its variables. */
function endpointsOf(
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
	access: EndpointDefaults,
): ReadonlyMap<string, Endpoint> {
	const endpoints = [...inventory.hosts.values()].map((host): [string, Endpoint] => {
		const scope = new Scope([{data: given}, {written: host.vars}, {data: {inventory_hostname: host.name}}]);
		const names = Object.keys(host.vars).filter(name => name.startsWith('ansible_'));
		const vars = Object.fromEntries(names.map(name => [name, scope.lookup(name)?.value]));
		return [host.name, endpointFromVars(host.name, vars, access)];
	});
	return new Map(endpoints);
}

/** `20261123-064512-k3f9`: sorts by time, and two of the same second differ. */
function runName(at: Date): string {
	const time = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
	const random = Math.floor(Math.random() * 36 ** 4)
		.toString(36)
		.padStart(4, '0');
	return `${time}-${random}`;
}
