import {exitCodes} from '../errors.ts';
import {hostsOfPlay} from '../plan/check.ts';
import type {Play} from '../playbook/model.ts';
import {all} from './all.ts';
import type {Event, Recap} from './events.ts';
import {Limits} from './limits.ts';
import {RecapBook} from './recap.ts';
import type {RunInput, RunState, TaskEnd} from './run-state.ts';
import {runTask} from './run-task.ts';
import {unwind} from './unwind.ts';

/**
 * Runs a playbook: play after play, task after task, each task on all hosts of its play before the next begins. A host
 * that fails is left out of what follows, and what was done for it is taken back.
 */
export async function runPlaybook(given: RunInput): Promise<Recap> {
	const book = new RecapBook();
	const emit = (event: Event) => {
		book.on(event);
		given.emit(event);
	};
	const input: RunInput = {...given, emit};
	const {clock} = input.world;
	const begun = clock.now();
	const state: RunState = {
		input,
		learned: new Map(),
		done: new Map(),
		out: new Set(),
		verdict: {stuck: false, failed: false, changed: false, tried: false, irreversible: []},
	};
	await input.journal.append({type: 'run', version: 1, run: input.run, playbook: input.playbook.file});
	emit({type: 'run-started', at: begun, run: input.run, playbook: input.playbook.file});
	for (const play of input.playbook.plays) {
		if (!goesOn(state)) break;
		await runPlay(play, state);
	}
	const exitCode = exitCodeOf(state);
	await input.journal.append({type: 'ended', exitCode});
	const recap = book.close(input.run, exitCode, clock.now() - begun, state.verdict.irreversible);
	emit({type: 'run-ended', at: clock.now(), recap});
	return recap;
}

async function runPlay(play: Play, state: RunState): Promise<void> {
	const {input, out} = state;
	const hosts = hostsOfPlay(play, input.inventory, input.given);
	input.emit({type: 'play-started', at: input.world.clock.now(), play: play.name, hosts});
	for (const task of play.tasks) {
		const left = hosts.filter(host => !out.has(host));
		if (left.length === 0 || !goesOn(state)) return;
		input.emit({type: 'task-started', at: input.world.clock.now(), task: task.id, name: task.name, hosts: left});
		const forks = new Limits({forks: input.forks});
		await all(
			left.map(async host => {
				const release = await forks.acquire(['forks'], new AbortController().signal);
				try {
					if (goesOn(state)) await settleHost(host, await runTask(task, play, hosts, host, state), state);
				} finally {
					release();
				}
			}),
		);
	}
}

async function settleHost(host: string, end: TaskEnd, state: RunState): Promise<void> {
	if (end === 'ok') return;
	state.out.add(host);
	if (end === 'stuck') state.verdict.stuck = true;
	if (end === 'failed') state.verdict.failed = true;
	// What stands on a guest that nobody can find is not touched.
	if (end !== 'stuck') await unwind(host, state);
}

function goesOn({input, verdict}: RunState): boolean {
	return !input.signal.aborted && !verdict.stuck;
}

function exitCodeOf({input, verdict}: RunState): number {
	if (verdict.stuck) return exitCodes.stuck;
	if (input.signal.aborted) return exitCodes.interrupted;
	if (!verdict.failed) return exitCodes.done;
	return verdict.tried ? exitCodes.undone : exitCodes.prerequisite;
}
