import {createHash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {hostname, userInfo} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Recap} from '../engine/events.ts';
import type {Clock} from '../engine/ports.ts';
import {runPlaybook} from '../engine/run.ts';
import type {RunInput} from '../engine/run-state.ts';
import {undoRun} from '../engine/undo-run.ts';
import {InterruptedError, JournalError, PrerequisiteError, StuckError} from '../errors.ts';
import {createGatherer} from '../facts/gather.ts';
import {withoutOwnLock} from '../facts/own-lock.ts';
import {rememberPaths} from '../facts/remember-paths.ts';
import {HostLocks} from '../locks/host-locks.ts';
import {loginsOf} from '../plan/logins.ts';
import type {SshShell} from '../ssh/shell.ts';
import type {Json} from '../steps/step.ts';
import {recordCommands} from '../store/commands.ts';
import {RunControl} from '../store/control.ts';
import {type DiskJournal, openJournal, reopenJournal} from '../store/journal.ts';
import {runsFolder} from '../store/read-journal.ts';
import {jsonView} from '../views/json.ts';
import {maskedView} from '../views/masked.ts';
import {plainView} from '../views/plain.ts';
import type {View} from '../views/view.ts';
import type {ApprovedPlan, Prepare} from './approved-plan.ts';
import {connect} from './connect.ts';
import {runDefinitionOf} from './make-plan.ts';
import type {Access} from './options/access.ts';
import type {Selected} from './options/select-inputs.ts';
import {between} from './ports.ts';
import type {SavedRun} from './saved-run.ts';
import {askBeforeTasks} from './terminal/ask-tasks.ts';
import {operatorAt} from './terminal/operator.ts';
import {listenForSignals, type Signals} from './terminal/signals.ts';

type RunOptions = {
	readonly forks: number;
	readonly json: boolean;
	/** Whether a person is asked before each task. */
	readonly step: boolean;
	readonly access: Access;
};

type NewRun = RunOptions & {
	/** What is to be done before. */
	readonly prepare?: Prepare;
	/** How it was called, for who goes on with it. */
	readonly call: Json;
};

/** Builds everything that a new run needs, and runs it. Gives the exit code. */
export function startRun(selected: Selected, options: NewRun): Promise<number> {
	return withHosts(selected, options, async around => {
		const {hosts, signals, view} = around;
		const ready = await options.prepare?.({gatherer: createGatherer(hosts), shell: hosts}, signals, view);
		const run = runName(new Date());
		const folder = join(runsFolder, run);
		const journal = await openJournal(folder, Date.now).catch(noPlace);
		const control = await RunControl.claim(folder, run);
		if (ready !== undefined) await writeFile(join(folder, 'plan.yml'), ready.text);
		return inRun(selected, {run, folder, journal, control, ready}, options, around, input =>
			runPlaybook({...input, call: options.call}),
		);
	});
}

/** Goes on with a run that has died and that this process has claimed, or takes it back. Gives the exit code. */
export function continueRun(
	selected: Selected,
	{run, folder, written, replay, ready}: SavedRun,
	control: RunControl,
	options: RunOptions,
	how: 'resume' | 'undo',
): Promise<number> {
	return withHosts(selected, options, async around => {
		const journal = await reopenJournal(folder, written, Date.now).catch(noPlace);
		return inRun(selected, {run, folder, journal, control, ready}, options, around, input =>
			how === 'undo' ? undoRun(input, replay) : runPlaybook({...input, before: replay}),
		);
	});
}

type Around = {readonly view: View; readonly hosts: SshShell; readonly signals: Signals};

async function withHosts(
	{playbook, inventory, given}: Selected,
	{json, access}: RunOptions,
	work: (around: Around) => Promise<number>,
): Promise<number> {
	const view = maskedView(await chooseView(json));
	const hosts = connect(inventory, given, access, view, loginsOf(playbook, inventory, given));
	const signals = listenForSignals(text => view.tell(text));
	try {
		return await work({view, hosts, signals});
	} finally {
		signals.close();
		await view.end();
		await hosts.close();
	}
}

type Place = {
	readonly run: string;
	readonly folder: string;
	readonly journal: DiskJournal;
	readonly control: RunControl;
	readonly ready: ApprovedPlan | undefined;
};

async function inRun(
	selected: Selected,
	{run, folder, journal, control, ready}: Place,
	{forks, step}: RunOptions,
	{view, hosts, signals}: Around,
	work: (input: RunInput) => Promise<Recap>,
): Promise<number> {
	const shell = recordCommands(hosts, folder, Date.now);
	const ownMark = (id: string) => createHash('sha256').update(`${run} ${id}`).digest('hex').slice(0, 8);
	const text = `of ${userInfo().username}@${hostname()}, since ${new Date().toISOString()}`;
	const locks = new HostLocks(hosts, {run, text}, signals.abort);
	control.onAbort(signals.abort);
	const asking = step ? askBeforeTasks(process.stdin, process.stderr) : undefined;
	const ports = between.wrap({shell, journal, clock, hold: hosts => locks.hold(hosts)});
	try {
		const recap = await work({
			...runDefinitionOf(selected, ready?.mark ?? ownMark, signals),
			run,
			world: {
				shell: ports.shell,
				gatherer: withoutOwnLock(rememberPaths(createGatherer(ports.shell)), run),
				clock: ports.clock,
				relay: hosts.relay,
				operator: operatorAt(view, signals),
			},
			journal: ports.journal,
			emit: event => view.on(event),
			forks,
			hold: ports.hold,
			...(ready === undefined ? {} : {decisions: ready.decisions}),
			...(asking === undefined ? {} : {ask: asking.ask}),
		});
		return recap.exitCode;
	} catch (error) {
		throw error instanceof JournalError ? stoppedBy(error, run) : error;
	} finally {
		asking?.close();
		await locks.close();
		await journal.close();
		await control.close();
	}
}

/** What cannot be recorded could not be taken back. */
function stoppedBy({message}: JournalError, run: string): StuckError {
	return new StuckError(`${message}; nothing more was begun`, [
		`how it stands, and where its guests are: vacate status ${run}`,
		`when there is room: vacate resume ${run}`,
	]);
}

function noPlace(error: Error): never {
	throw new PrerequisiteError(error.message, 'run it in a folder that you may write to');
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

/** `20261123-064512-k3f9`: sorts by time, and two of the same second differ. */
function runName(at: Date): string {
	const time = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
	const random = Math.floor(Math.random() * 36 ** 4)
		.toString(36)
		.padStart(4, '0');
	return `${time}-${random}`;
}
