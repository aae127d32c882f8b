import type {ExecutionDeps, PlannedStep} from '../../src/engine/action/perform.ts';
import type {World} from '../../src/engine/context.ts';
import type {Clock, Journal, JournalEntry} from '../../src/engine/ports.ts';
import {CommandError} from '../../src/errors.ts';
import {Facts} from '../../src/facts/facts.ts';
import {createGatherer} from '../../src/facts/gather.ts';
import type {Relay} from '../../src/shell/relay.ts';
import type {Shell} from '../../src/shell/shell.ts';
import type {ActionStep, Json, PlanContext} from '../../src/steps/step.ts';
import {FakeWorld} from './world.ts';

/** A clock that needs no time. */
export function fakeClock(): Clock {
	let now = 1_700_000_000_000;
	return {
		now: () => now,
		async sleep(milliseconds) {
			now += milliseconds;
		},
	};
}

/** A journal in memory. */
export class MemoryJournal implements Journal {
	readonly records: JournalEntry[] = [];

	async append(record: JournalEntry): Promise<void> {
		this.records.push(record);
	}
}

export function worldOf(shell: Shell): World {
	return {shell, gatherer: createGatherer(shell, 0), clock: fakeClock(), ...relayOf(shell)};
}

/** A relay between hosts of a fake world, however its shell is wrapped. */
function relayOf(shell: Shell): {readonly relay?: Relay} {
	const world = 'world' in shell && shell.world instanceof FakeWorld ? shell.world : undefined;
	if (world === undefined) return {};
	return {
		relay: {
			async open({onHost, path, toHost}) {
				world.relays.set(`${onHost} ${path}`, toHost);
				return {close: async () => void world.relays.delete(`${onHost} ${path}`)};
			},
		},
	};
}

export function toolsOf(shell: Shell, journal: Journal = new MemoryJournal()): ExecutionDeps {
	const {signal} = new AbortController();
	return {world: worldOf(shell), journal, signal, undoSignal: signal, progress: () => {}};
}

/** Where a step runs in the tests: on kvm1, among kvm1, kvm2 and kvm3. */
export function atHost(host = 'kvm1'): PlanContext {
	const names = ['kvm1', 'kvm2', 'kvm3'];
	return {
		host,
		mark: 'aaaa1111',
		hosts: () => names,
		emptying: new Set(),
		moved: [],
		peer: name =>
			names.includes(name) ? {host: name, address: name, uri: `qemu+ssh://root@${name}/system?no_tty=1`} : undefined,
	};
}

// biome-ignore lint/suspicious/noExplicitAny: any step of the registry.
type AnyStep = ActionStep<any, any, any>;

/** Plans a step on what a shell says, as the engine does. */
export async function planOn(shell: Shell, step: AnyStep, params: Json, at: PlanContext = atHost()): Promise<Json> {
	let facts = new Facts();
	const {gatherer} = worldOf(shell);
	for (;;) {
		const missing = step.needs(params, at, facts).filter(request => !facts.has(request));
		if (missing.length === 0) return step.plan(params, at, facts) as Json;
		const read = await Promise.allSettled(missing.map(request => gatherer.read([request])));
		for (const [index, result] of read.entries()) {
			const [request] = missing.slice(index);
			if (request === undefined) continue;
			if (result.status === 'fulfilled') {
				facts = facts.with([[request, result.value.get(request)]]);
				continue;
			}
			const error: unknown = result.reason;
			if (!(error instanceof CommandError) || step.isOptional?.(request, at) !== true) throw error;
			facts = facts.with([], [[request, {why: error.message, answered: true}]]);
		}
	}
}

export function plannedOf(step: AnyStep, action: Json): PlannedStep {
	return {id: 'play1.task1@kvm1', host: 'kvm1', step, action};
}
