import {createHash} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {hostname, userInfo} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Recap} from '../engine/events.ts';
import type {Clock, Origin, Resolution, RunProvenance} from '../engine/ports.ts';
import {runPlaybook} from '../engine/run.ts';
import type {RunInput} from '../engine/run-state.ts';
import {undoRun} from '../engine/undo-run.ts';
import {InterruptedError, JournalError, PrerequisiteError, StuckError} from '../errors.ts';
import {createGatherer} from '../facts/gather.ts';
import {HostVersionBook} from '../facts/host-versions.ts';
import {withoutOwnLock} from '../facts/own-lock.ts';
import {rememberPaths} from '../facts/remember-paths.ts';
import {HostLocks} from '../locks/host-locks.ts';
import type {SshShell} from '../ssh/shell.ts';
import type {Json} from '../steps/step.ts';
import {recordCommands} from '../store/commands.ts';
import {RunControl} from '../store/control.ts';
import {type DiskJournal, openJournal, reopenJournal} from '../store/journal.ts';
import {originFrom} from '../store/plan-origin.ts';
import type {ReadPolicy} from '../store/policy-file.ts';
import {recordProgress} from '../store/progress.ts';
import {runsFolder} from '../store/read-journal.ts';
import {keepApprovals} from '../store/run-files.ts';
import {demandOwnFolder, privateFile} from '../store/run-folder.ts';
import {recordLog} from '../store/run-log.ts';
import {jsonView} from '../views/json.ts';
import {maskedView} from '../views/masked.ts';
import {plainView} from '../views/plain.ts';
import type {View} from '../views/view.ts';
import type {ApprovedPlan, Prepare} from './approved-plan.ts';
import {connect} from './connect.ts';
import {runDefinitionOf} from './make-plan.ts';
import type {Access} from './options/access.ts';
import type {Selected} from './options/select-inputs.ts';
import {policyWindow} from './policy-window.ts';
import type {WrapPorts} from './ports.ts';
import {provenanceOf} from './provenance.ts';
import type {SavedRun} from './saved-run.ts';
import {operatorAt} from './terminal/operator.ts';
import {askBeforeTasks} from './terminal/prompt.ts';
import {listenForSignals, type Signals} from './terminal/signals.ts';

type RunOptions = {
	readonly forks: number;
	readonly json: boolean;
	/** Whether to ask for approval before each task. */
	readonly step: boolean;
	readonly access: Access;
	readonly wrapPorts: WrapPorts;
	/** The operator and the recorded reason. */
	readonly origin: Origin;
	/** The policy of this machine, read once for the whole command. */
	readonly policy: ReadPolicy | undefined;
	/** What the operator reports about actions whose outcome is unknown. */
	readonly resolutions?: readonly Resolution[];
};

type NewRun = RunOptions & {
	/** Runs before the run begins. */
	readonly prepare?: Prepare;
	/** How the run was invoked, for a later resume or undo. */
	readonly call: Json;
	/** The file of the plan to apply; its approvals are stored next to it. */
	readonly planFile?: string;
};

/** Composes a new run and runs it. Returns the exit code. */
export function startRun(selected: Selected, options: NewRun): Promise<number> {
	return inFrame(selected, options, {
		async open({hosts, signals, view}) {
			const book = new HostVersionBook();
			const gatherer = book.listenTo(createGatherer(hosts));
			const ready = await options.prepare?.({gatherer, shell: hosts}, signals, view);
			await demandOwnFolder(runsFolder);
			const run = runName(new Date());
			const folder = join(runsFolder, run);
			const journal = await openJournal(folder, Date.now).catch(noPlace);
			const control = await RunControl.claim(folder, run);
			if (ready !== undefined) await writeFile(join(folder, 'plan.yml'), ready.text, {mode: privateFile});
			const files = options.planFile === undefined ? [] : await keepApprovals(options.planFile, folder);
			const provenance = provenanceOf(ready?.seal, files, book.versions, options.policy);
			return {run, folder, journal, control, ready, provenance};
		},
		work: input => runPlaybook({...input, call: options.call}),
	});
}

/** Resumes or undoes an interrupted run that this process has claimed. Returns the exit code. */
export function continueRun(
	selected: Selected,
	{run, folder, written, replay, ready}: SavedRun,
	control: RunControl,
	options: RunOptions,
	how: 'resume' | 'undo',
): Promise<number> {
	return inFrame(selected, options, {
		async open() {
			const journal = await reopenJournal(folder, written, Date.now).catch(noPlace);
			return {run, folder, journal, control, ready};
		},
		work: input => (how === 'undo' ? undoRun(input, replay) : runPlaybook({...input, before: replay})),
	});
}

type Around = {readonly view: View; readonly hosts: SshShell; readonly signals: Signals};

/** A run that this process has claimed. */
type OpenRun = {
	readonly run: string;
	readonly folder: string;
	readonly journal: DiskJournal;
	readonly control: RunControl;
	readonly ready: ApprovedPlan | undefined;
	/** Of a new run. */
	readonly provenance?: RunProvenance;
};

/** The parts that differ between a new run, a resume and an undo. */
type FrameWork = {
	/** Creates and claims the folder of the run, or opens the one that is claimed. */
	open(around: Around): Promise<OpenRun>;
	work(input: RunInput): Promise<Recap>;
};

/** The frame of every run: opens view, hosts and signals, then folder, journal, locks and ports; works; closes them all. */
async function inFrame(selected: Selected, options: RunOptions, {open, work}: FrameWork): Promise<number> {
	const {playbook, inventory, given} = selected;
	const view = maskedView(await chooseView(options.json));
	const hosts = connect({inventory, given, playbook}, options.access, view);
	const signals = listenForSignals(text => view.tell(text));
	try {
		const around = {view, hosts, signals};
		return await inRun(await open(around), selected, options, around, work);
	} finally {
		signals.close();
		await view.end();
		await hosts.close();
	}
}

async function inRun(
	{run, folder, journal, control, ready, provenance}: OpenRun,
	selected: Selected,
	{forks, step, wrapPorts, origin, policy, access, resolutions = []}: RunOptions,
	{view, hosts, signals}: Around,
	work: FrameWork['work'],
): Promise<number> {
	const shell = recordCommands(hosts, folder, Date.now);
	const ownMark = (id: string) => createHash('sha256').update(`${run} ${id}`).digest('hex').slice(0, 8);
	const text = `of ${userInfo().username}@${hostname()}, since ${new Date().toISOString()}`;
	let isAsked = false;
	const abort = (text = '') => {
		const asked = originFrom(text);
		// Each host reports it repeatedly; it is recorded once. The run ends even if its end cannot be recorded.
		if (asked !== undefined && !isAsked) journal.append({type: 'abort-asked', origin: asked}).catch(() => {});
		isAsked ||= asked !== undefined;
		signals.abort();
	};
	const locks = new HostLocks(hosts, {run, text}, abort);
	control.onAbort(abort);
	const asking = step ? askBeforeTasks(process.stdin, process.stderr) : undefined;
	const progress = recordProgress(folder);
	const log = recordLog(folder);
	const ports = wrapPorts({shell, journal, clock, hold: hosts => locks.hold(hosts)});
	try {
		// Whoever overrides the policy also overrides its windows and approvals.
		const {override} = ready?.origin ?? origin;
		const binding = override === undefined ? policy : undefined;
		const whyNotNow = policyWindow(binding);
		const recap = await work({
			...runDefinitionOf(selected, ready?.mark ?? ownMark, signals),
			run,
			origin: ready?.origin ?? origin,
			world: {
				shell: ports.shell,
				gatherer: withoutOwnLock(rememberPaths(createGatherer(ports.shell)), run),
				clock: ports.clock,
				relay: hosts.relay,
				operator: operatorAt(view, signals),
			},
			journal: ports.journal,
			emit: event => {
				progress.on(event);
				log.on(event);
				view.on(event);
			},
			forks,
			verbosity: access.verbosity,
			resolutions,
			hold: ports.hold,
			...(ready === undefined ? {} : {decisions: ready.decisions}),
			...(provenance === undefined ? {} : {provenance}),
			...(whyNotNow === undefined ? {} : {whyNotNow}),
			...((binding?.policy.approvals ?? 0) > 0 ? {areDestinationsApproved: true} : {}),
			...(asking === undefined ? {} : {ask: asking.ask}),
		});
		return recap.exitCode;
	} catch (error) {
		throw error instanceof JournalError ? stoppedBy(error, run) : error;
	} finally {
		asking?.close();
		await locks.close();
		await journal.close();
		await progress.close();
		await log.close();
		await control.close();
	}
}

/** An action that cannot be recorded could not be undone, so the run stops. */
function stoppedBy({message}: JournalError, run: string): StuckError {
	return new StuckError(`${message}; no further action was started`, [
		`show the state of the run and its guests: vacate status ${run}`,
		`once the journal can be written again: vacate resume ${run}`,
	]);
}

function noPlace(error: Error): never {
	throw new PrerequisiteError(error.message, 'run vacate in a writable folder');
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

/** `20261123-064512-k3f9`: sorts by time, and is unique within a second. */
function runName(at: Date): string {
	const time = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
	const random = Math.floor(Math.random() * 36 ** 4)
		.toString(36)
		.padStart(4, '0');
	return `${time}-${random}`;
}
