import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Clock} from '../engine/ports.ts';
import {runPlaybook} from '../engine/run.ts';
import {InterruptedError, PrerequisiteError} from '../errors.ts';
import {createGatherer} from '../facts/gather.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {matchHosts} from '../inventory/patterns.ts';
import {recordCommands} from '../journal/commands.ts';
import {openJournal} from '../journal/journal.ts';
import {peersOf} from '../plan/peers.ts';
import {localShell} from '../shell/local.ts';
import {type Endpoint, type EndpointDefaults, endpointFromVars} from '../ssh/endpoint.ts';
import {openSsh} from '../ssh/shell.ts';
import {steps} from '../steps/index.ts';
import {Scope} from '../template/scope.ts';
import {jsonView} from '../views/json.ts';
import {plainView} from '../views/plain.ts';
import type {View} from '../views/view.ts';
import {askSecret} from './ask.ts';
import type {Inputs} from './inputs.ts';
import {listenForSignals} from './signals.ts';

/** Builds everything that a run needs, and runs it. Gives the exit code. */
export async function carryOut(
	{playbook, inventory, given}: Inputs,
	{forks, json, access}: {readonly forks: number; readonly json: boolean; readonly access: EndpointDefaults},
): Promise<number> {
	const run = runName(new Date());
	const folder = join('.vacate', 'runs', run);
	const journal = await openJournal(folder, Date.now).catch((error: Error) => {
		throw new PrerequisiteError(error.message, 'run it in a folder that you may write to');
	});
	const view = await chooseView(json);
	const ssh = openSsh(endpointsOf(inventory, given, access), localShell(), {
		askSecret: question => view.aside(() => askSecret(question)),
		tell: text => view.tell(text),
	});
	const shell = recordCommands(ssh, folder, Date.now);
	const signals = listenForSignals(text => view.tell(text));
	try {
		const recap = await runPlaybook({
			run,
			playbook,
			inventory,
			steps,
			given,
			world: {shell, gatherer: createGatherer(shell), clock},
			journal,
			emit: event => view.on(event),
			forks,
			peer: peersOf(inventory, given),
			hostsOf: pattern => matchHosts(inventory, pattern),
			mark: id => createHash('sha256').update(`${run} ${id}`).digest('hex').slice(0, 8),
			signal: signals.stop,
			undoSignal: signals.stopUndo,
		});
		return recap.exitCode;
	} finally {
		signals.close();
		await view.end();
		await shell.close();
		await journal.close();
	}
}

const clock: Clock = {
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
