import {isWanted} from '../../plan/tags.ts';
import type {Block, Handler, Node} from '../../playbook/model.ts';
import {mayContinue} from '../run-state.ts';
import {UndecidedError} from '../undecided-error.ts';
import type {Cohort} from './cohort.ts';
import {doTask} from './do-task.ts';
import {foreseeRescue} from './foresee-rescue.ts';
import {includedBy} from './include.ts';
import {doIncludeVars} from './include-vars.ts';
import {doMeta} from './meta.ts';
import {activeHosts, failedHosts, type PlayRun, setHostState} from './play-state.ts';
import {refuseNode} from './refuse.ts';
import {remember} from './remember.ts';

/** Runs tasks and blocks in order for the active hosts of a cohort. */
export async function walk(nodes: readonly Node[], cohort: Cohort, run: PlayRun): Promise<void> {
	for (const node of nodes) {
		const hosts = activeHosts(cohort.hosts, run);
		if (hosts.length === 0 || !mayContinue(run.state)) return;
		if (!isChosen(node, run)) continue;
		await visit(node, {...cohort, hosts}, run);
		if (!cohort.guarded) endWhenTooManyFailed(run);
	}
}

/** Whether any of the tasks is selected by tags. A `rescue` without selected tasks does not rescue. */
function isAnyChosen(nodes: readonly Node[], run: PlayRun): boolean {
	return nodes.some(node => isChosen(node, run));
}

function isChosen(node: Node, run: PlayRun): boolean {
	if (node.kind !== 'block') return isWanted(node.tags, run.state.input.tags ?? {only: [], skip: []});
	return isAnyChosen([...node.block, ...node.rescue, ...node.always], run);
}

async function visit(node: Node, cohort: Cohort, run: PlayRun): Promise<void> {
	switch (node.kind) {
		case 'task':
			return doTask(node, cohort, run);
		case 'block':
			return doBlock(node, cohort, run);
		case 'include':
			for (const {nodes, hosts} of await includedBy(node, cohort, run)) await walk(nodes, {...cohort, hosts}, run);
			return;
		case 'include_vars':
			return doIncludeVars(node, cohort, run);
		case 'meta': {
			const hosts = doMeta(node, cohort, run);
			return flush({...cohort, hosts}, run);
		}
	}
}

/** Runs the block for all hosts, `rescue` for those that failed in it, then `always` for all. */
async function doBlock(block: Block, cohort: Cohort, run: PlayRun): Promise<void> {
	await walk(block.block, {...cohort, guarded: cohort.guarded || isAnyChosen(block.rescue, run)}, run);
	await rescue(block, cohort, run);
	run.state.executor.foreseeFailures(() => foreseeRescue(block, cohort.hosts, run));
	if (block.always.length === 0 || !mayContinue(run.state)) return;
	const failed = failedHosts(cohort.hosts, run);
	setHostState(failed, 'going', run);
	await walk(block.always, cohort, run);
	setHostState(activeHosts(failed, run), 'failed', run);
}

async function rescue(block: Block, cohort: Cohort, run: PlayRun): Promise<void> {
	const failed = failedHosts(cohort.hosts, run);
	if (failed.length === 0 || !isAnyChosen(block.rescue, run) || !mayContinue(run.state)) return;
	for (const host of failed) {
		const {task, action, result = {}} = run.failures.get(host) ?? {task: ''};
		const failedTask = {name: task, ...(action === undefined ? {} : {action})};
		remember(host, {ansible_failed_task: failedTask, ansible_failed_result: result}, run.state);
	}
	setHostState(failed, 'going', run);
	await walk(block.rescue, {...cohort, hosts: failed}, run);
	for (const host of activeHosts(failed, run)) run.failures.delete(host);
}

/** Runs the notified handlers, in the order of their definition. */
export async function flush(cohort: Cohort, run: PlayRun): Promise<void> {
	for (const handler of run.play.handlers) {
		leaveOpen(handler, cohort, run);
		const hosts = activeHosts(cohort.hosts, run).filter(host => run.notified.get(host)?.has(handler) === true);
		if (hosts.length === 0 || !mayContinue(run.state)) continue;
		for (const host of hosts) run.notified.get(host)?.delete(handler);
		await visit(handler, {...cohort, hosts}, run);
		if (!cohort.guarded) endWhenTooManyFailed(run);
	}
}

/** In a rehearsal: the handler may run for hosts that nothing has notified for certain. */
function leaveOpen(handler: Handler, {hosts}: Cohort, run: PlayRun): void {
	for (const host of activeHosts(hosts, run)) {
		if (run.undecidedHandlers.get(host)?.delete(handler) !== true) continue;
		if (run.notified.get(host)?.has(handler) === true) continue;
		refuseNode(handler, host, new UndecidedError('whether earlier tasks notify it'), run);
	}
}

/** `max_fail_percentage` must be exceeded. Unreachable hosts count as failed. */
function endWhenTooManyFailed(run: PlayRun): void {
	const {maxFailPercentage, batch} = run;
	if (maxFailPercentage === undefined || run.verdict.fatal) return;
	const percentage = (failedHosts(batch, run).length * 100) / batch.length;
	if (percentage <= maxFailPercentage) return;
	run.verdict.fatal = true;
	setHostState(activeHosts(batch, run), 'failed', run);
}
