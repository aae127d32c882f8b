import {createHash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Clock} from '../engine/ports.ts';
import {runPlaybook} from '../engine/run.ts';
import {InterruptedError, PrerequisiteError} from '../errors.ts';
import {createGatherer} from '../facts/gather.ts';
import {recordCommands} from '../journal/commands.ts';
import {openJournal} from '../journal/journal.ts';
import type {Shell} from '../shell/shell.ts';
import type {EndpointDefaults} from '../ssh/endpoint.ts';
import {jsonView} from '../views/json.ts';
import {plainView} from '../views/plain.ts';
import type {View} from '../views/view.ts';
import {askBeforeTasks} from './ask-tasks.ts';
import {scriptOf} from './planning.ts';
import type {Prepare, Ready} from './prepare.ts';
import {reach} from './reach.ts';
import type {Selected} from './select-inputs.ts';
import {listenForSignals, type Signals} from './signals.ts';

type RunOptions = {
	readonly forks: number;
	readonly json: boolean;
	/** Whether a person is asked before each task. */
	readonly step: boolean;
	readonly access: EndpointDefaults;
	/** What is to be done before. */
	readonly prepare?: Prepare;
};

/** Builds everything that a run needs, and runs it. Gives the exit code. */
export async function carryOut(selected: Selected, {forks, json, step, access, prepare}: RunOptions): Promise<number> {
	const {inventory, given} = selected;
	const view = await chooseView(json);
	const hosts = reach(inventory, given, access, view);
	const signals = listenForSignals(text => view.tell(text));
	try {
		const ready = await prepare?.({gatherer: createGatherer(hosts), shell: hosts}, signals, view);
		return await run(selected, {forks, view, hosts, signals, ready, step});
	} finally {
		signals.close();
		await view.end();
		await hosts.close();
	}
}

type Way = {
	readonly forks: number;
	readonly view: View;
	readonly hosts: Shell;
	readonly signals: Signals;
	readonly ready: Ready | undefined;
	readonly step: boolean;
};

async function run(selected: Selected, {forks, view, hosts, signals, ready, step}: Way): Promise<number> {
	const name = runName(new Date());
	const folder = join('.vacate', 'runs', name);
	const journal = await openJournal(folder, Date.now).catch((error: Error) => {
		throw new PrerequisiteError(error.message, 'run it in a folder that you may write to');
	});
	const shell = recordCommands(hosts, folder, Date.now);
	const ownMark = (id: string) => createHash('sha256').update(`${name} ${id}`).digest('hex').slice(0, 8);
	const asking = step ? askBeforeTasks(process.stdin, process.stderr) : undefined;
	try {
		if (ready !== undefined) await writeFile(join(folder, 'plan.yml'), ready.text);
		const recap = await runPlaybook({
			...scriptOf(selected, ready?.mark ?? ownMark, signals),
			run: name,
			world: {shell, gatherer: createGatherer(shell), clock},
			journal,
			emit: event => view.on(event),
			forks,
			...(ready === undefined ? {} : {decisions: ready.decisions}),
			...(asking === undefined ? {} : {ask: asking.ask}),
		});
		return recap.exitCode;
	} finally {
		asking?.close();
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

/** `20261123-064512-k3f9`: sorts by time, and two of the same second differ. */
function runName(at: Date): string {
	const time = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
	const random = Math.floor(Math.random() * 36 ** 4)
		.toString(36)
		.padStart(4, '0');
	return `${time}-${random}`;
}
