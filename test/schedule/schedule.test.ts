import test from 'ava';
import fc from 'fast-check';
import type {Cluster, ClusterGuest, ClusterHost, PlacedMove} from '../../src/placement/cluster.ts';
import {place} from '../../src/placement/place.ts';
import {defaultConvergence} from '../../src/schedule/convergence.ts';
import {defaultAssumptions} from '../../src/schedule/predict.ts';
import {
	defaultOptions,
	type Schedule,
	type ScheduledMove,
	type ScheduleOptions,
	schedule,
} from '../../src/schedule/schedule.ts';
import {fitWindow} from '../../src/schedule/window.ts';
import {cases20, guest, host} from '../placement/clusters.ts';
import {broken, brokenAtTheEnd, sum} from '../placement/judge.ts';

const mib = 1024 ** 2;

const gib = 1024 ** 3;

const anyOptions: fc.Arbitrary<ScheduleOptions> = fc.record({
	limits: fc.record({
		perSource: fc.integer({min: 1, max: 4}),
		perDestination: fc.integer({min: 1, max: 4}),
		perLink: fc.integer({min: 1, max: 4}),
		total: fc.integer({min: 1, max: 8}),
		preparing: fc.integer({min: 1, max: 8}),
		storageWeight: fc.integer({min: 1, max: 4}),
	}),
	order: fc.subarray(['priority', 'smallest', 'largest', 'shortest', 'longest', 'name']),
	bandwidth: fc.constant('auto'),
	convergence: fc.record({
		downtimesMs: fc.constantFrom<readonly number[]>([], [100], [50, 300, 2000]),
		deadline: fc.record({msPerGib: fc.constantFrom(1000, 150_000), atLeastMs: fc.constantFrom(1000, 240_000)}),
		stall: fc.constant(defaultConvergence.stall),
		timeoutAction: fc.constantFrom('abort', 'suspend', 'postcopy'),
	}),
	assumptions: fc.constant(defaultAssumptions),
});

test('at no time is a host over its memory, a rule broken, a limit exceeded, or a guest at rest on two hosts', t => {
	fc.assert(
		fc.property(cases20, anyOptions, ({cluster, request}, options) => {
			const {moves} = place(cluster, request);
			const {entries, stuck} = schedule(cluster, moves, options);
			t.deepEqual(
				[...entries, ...stuck].map(({guest: id}) => id).sort(),
				moves.map(({guest: id}) => id),
			);
			for (const atMs of new Set(entries.flatMap(({startMs, endMs}) => [startMs, endMs]))) {
				t.deepEqual(broken(cluster, whereAt(cluster, entries, atMs)), []);
				t.deepEqual(passedLimits(cluster, underWay(entries, atMs), options), []);
			}
			const end = whereAt(cluster, entries, Number.POSITIVE_INFINITY);
			t.deepEqual(
				brokenAtTheEnd(cluster, {...request, headroom: stuck.length > 0 ? 'none' : request.headroom}, end),
				[],
			);
		}),
		{numRuns: 150},
	);
	t.pass();
});

test('no schedule is shorter than the bound, and each wait ends when the next wait or the move starts', t => {
	fc.assert(
		fc.property(cases20, anyOptions, ({cluster, request}, options) => {
			const {entries, makespanMs, boundMs} = schedule(cluster, place(cluster, request).moves, options);
			t.true(boundMs <= makespanMs, `${boundMs} and ${makespanMs}`);
			for (const {prepareMs, startMs, waits} of entries) {
				const preparedMs = prepareMs + options.assumptions.prepareMs;
				const waited = waits.filter(({limit}) => limit !== 'preparing');
				t.is(sum(waits.filter(({limit}) => limit === 'preparing').map(lengthOf)), prepareMs);
				t.is(sum(waited.map(lengthOf)), startMs - preparedMs);
				t.deepEqual(
					waited.map(({fromMs}) => fromMs),
					[preparedMs, ...waited.map(({untilMs}) => untilMs)].slice(0, waited.length),
				);
			}
		}),
		{numRuns: 100},
	);
	t.pass();
});

test('the order of hosts, guests and moves does not change the result', t => {
	fc.assert(
		fc.property(cases20, anyOptions, ({cluster, request}, options) => {
			const {moves} = place(cluster, request);
			const turned = {
				...cluster,
				hosts: cluster.hosts.toReversed(),
				guests: cluster.guests.toReversed().map(one => ({...one, disks: one.disks.toReversed()})),
				rules: cluster.rules.toReversed(),
			};
			t.is(
				JSON.stringify(schedule(turned, moves.toReversed(), options)),
				JSON.stringify(schedule(cluster, moves, options)),
			);
		}),
		{numRuns: 100},
	);
	t.pass();
});

test('without the left-out guests the rest fits into the window', t => {
	fc.assert(
		fc.property(cases20, anyOptions, fc.integer({min: 1, max: 3_600_000}), ({cluster, request}, options, windowMs) => {
			const {moves} = place(cluster, request);
			const {leaveOut, schedule: rest, makespanMs} = fitWindow(cluster, moves, options, windowMs);
			t.is(makespanMs, schedule(cluster, moves, options).makespanMs);
			t.true(rest.makespanMs <= windowMs);
			t.is(leaveOut.length === 0, makespanMs <= windowMs);
			t.is(rest.entries.length + rest.stuck.length + leaveOut.length, moves.length);
		}),
		{numRuns: 100},
	);
	t.pass();
});

function lengthOf({fromMs, untilMs}: {readonly fromMs: number; readonly untilMs: number}): number {
	return untilMs - fromMs;
}

function underWay(entries: readonly ScheduledMove[], atMs: number): readonly ScheduledMove[] {
	return entries.filter(({startMs, endMs}) => startMs <= atMs && atMs < endMs);
}

/** A moving guest uses capacity on both hosts. */
function whereAt(
	cluster: Cluster,
	entries: readonly ScheduledMove[],
	atMs: number,
): ReadonlyMap<string, readonly string[]> {
	const byGuest = new Map(entries.map(entry => [entry.guest, entry]));
	return new Map(
		cluster.guests.map(({id, host: home}) => {
			const entry = byGuest.get(id);
			if (entry === undefined || atMs < entry.startMs) return [id, [home]];
			return [id, atMs < entry.endMs ? [home, entry.destination] : [entry.destination]];
		}),
	);
}

function passedLimits(
	cluster: Cluster,
	moving: readonly ScheduledMove[],
	{limits}: ScheduleOptions,
): readonly string[] {
	return [
		...(sum(moving.map(({weight}) => weight)) > limits.total ? ['total'] : []),
		...cluster.hosts.flatMap(({name, bytesPerSecond}) => {
			const out = moving.filter(({source}) => source === name);
			const into = moving.filter(({destination}) => destination === name);
			return [
				...(sum(out.map(({weight}) => weight)) > limits.perSource ? [`per_source ${name}`] : []),
				...(sum(into.map(({weight}) => weight)) > limits.perDestination ? [`per_destination ${name}`] : []),
				...(rateOf(cluster, out) > bytesPerSecond * 0.8 ? [`the link of ${name}, out`] : []),
				...(rateOf(cluster, into) > bytesPerSecond * 0.8 ? [`the link of ${name}, in`] : []),
			];
		}),
		...(rateOf(
			cluster,
			moving.filter(entry => zonesOf(cluster, entry) === 'a b'),
		) >
		20 * mib * 0.8
			? ['the line']
			: []),
	];
}

/** The total rate of concurrent moves: each of their streams has the bandwidth to itself. */
function rateOf(cluster: Cluster, moving: readonly ScheduledMove[]): number {
	return sum(
		moving.map(({guest: id, destination, bandwidthMib}) => {
			const storages = cluster.hosts.find(({name}) => name === destination)?.storages ?? [];
			const disks = cluster.guests.find(one => one.id === id)?.disks ?? [];
			const copied = disks.filter(({storage}) => storage === undefined || !storages.includes(storage));
			return bandwidthMib * mib * Math.max(1, copied.length);
		}),
	);
}

function zonesOf({hosts}: Cluster, {source, destination}: ScheduledMove): string {
	const zoneOf = (name: string) => hosts.find(one => one.name === name)?.zone ?? 'none';
	return [zoneOf(source), zoneOf(destination)].sort().join(' ');
}

/** Simple numbers: 100 MiB/s links, no time except for the data. */
const plain: ScheduleOptions = {
	...defaultOptions,
	order: ['name'],
	bandwidth: 50 * mib,
	assumptions: {...defaultAssumptions, prepareMs: 0, aroundMs: 0, handoverMs: 0, stopMs: 1000, startMs: 1000},
};

type Example = {
	readonly guests: readonly ClusterGuest[];
	readonly hosts?: readonly ClusterHost[];
	readonly rules?: Cluster['rules'];
	readonly lines?: Cluster['lines'];
	readonly to: Readonly<Record<string, string>>;
	readonly options?: Partial<ScheduleOptions>;
	/** Guest to `start to end`, in seconds, and what it waits for. */
	readonly runs: Readonly<Record<string, string>>;
};

/** A paused guest sends its memory once: `seconds` of it at 50 MiB/s. */
const still = (name: string, seconds: number, changes: Partial<ClusterGuest> = {}) =>
	guest(name, {state: 'paused', memoryKib: seconds * 50 * 1024, disks: [], ...changes});

const disk = (seconds: number) => ({
	target: 'vda',
	path: '/images/a',
	dataBytes: seconds * 50 * mib,
	spaceBytes: gib,
});

const room = (name: string, freeKib: number) => host(name, {memoryKib: 64 * mib, freeKib});

const examples: Readonly<Record<string, Example>> = {
	'two guests leave a source at once, the third waits for the source': {
		guests: [still('a', 10), still('b', 20), still('c', 10)],
		to: {a: 'kvm2', b: 'kvm3', c: 'kvm4'},
		runs: {a: '0 to 10', b: '0 to 20', c: '10 to 20, per_source kvm1 from 0'},
	},
	'a destination receives two at once': {
		guests: [still('a', 10), still('b', 20, {host: 'kvm5'}), still('c', 10, {host: 'kvm6'})],
		to: {a: 'kvm2', b: 'kvm2', c: 'kvm2'},
		runs: {a: '0 to 10', b: '0 to 20', c: '10 to 20, per_destination kvm2 from 0'},
	},
	'the whole run has a limit, and the order decides within it': {
		guests: [still('a', 10), still('b', 10, {host: 'kvm5'}), still('c', 10, {host: 'kvm6', priority: 1})],
		to: {a: 'kvm2', b: 'kvm3', c: 'kvm4'},
		options: {limits: {...defaultOptions.limits, total: 1}, order: ['priority', 'name']},
		runs: {c: '0 to 10', a: '10 to 20, total from 0', b: '20 to 30, total from 0'},
	},
	'a move with disks counts as two memory-only moves': {
		guests: [still('a', 10, {disks: [disk(10)]}), still('b', 10), still('c', 10)],
		to: {a: 'kvm2', b: 'kvm3', c: 'kvm4'},
		runs: {a: '0 to 20', b: '20 to 30, per_source kvm1 from 0', c: '20 to 30, per_source kvm1 from 0'},
	},
	'a heavy move is not delayed by later light ones': {
		guests: [still('a', 10), still('b', 10, {disks: [disk(10)]}), still('c', 10), still('d', 10)],
		to: {a: 'kvm2', b: 'kvm3', c: 'kvm4', d: 'kvm5'},
		runs: {
			a: '0 to 10',
			b: '10 to 30, per_source kvm1 from 0',
			c: '30 to 40, per_source kvm1 from 0',
			d: '30 to 40, per_source kvm1 from 0',
		},
	},
	'a move heavier than a limit runs alone': {
		guests: [still('a', 10, {disks: [disk(10)]}), still('b', 10, {disks: [disk(10)]})],
		to: {a: 'kvm2', b: 'kvm3'},
		options: {limits: {...defaultOptions.limits, perSource: 1, storageWeight: 4}},
		runs: {a: '0 to 20', b: '20 to 40, per_source kvm1 from 0'},
	},
	'guests wait for the link between two zones': {
		guests: [still('a', 10), still('b', 10, {host: 'kvm5'}), still('c', 10)],
		hosts: [host('kvm1', {zone: 'x'}), host('kvm2', {zone: 'y'}), host('kvm3', {zone: 'y'}), host('kvm5', {zone: 'x'})],
		lines: [{name: 'dark fibre', zones: ['y', 'x'], bytesPerSecond: gib}],
		to: {a: 'kvm2', b: 'kvm3', c: 'kvm2'},
		options: {limits: {...defaultOptions.limits, perLink: 1}},
		runs: {a: '0 to 10', b: '10 to 20, per_link dark fibre from 0', c: '20 to 30, per_link dark fibre from 0'},
	},
	'a guest waits for the capacity of one that leaves': {
		guests: [still('a', 10, {memoryKib: 4 * mib}), still('b', 10, {host: 'kvm2', memoryKib: 4 * mib})],
		hosts: [host('kvm1'), room('kvm2', mib), host('kvm3')],
		to: {a: 'kvm2', b: 'kvm3'},
		runs: {b: '0 to 81.92', a: '81.92 to 163.84, memory kvm2 from 0'},
	},
	'guests that wait for each other are stuck, with the limit': {
		guests: [still('a', 10, {memoryKib: 4 * mib}), still('b', 10, {host: 'kvm2', memoryKib: 4 * mib}), still('c', 10)],
		hosts: [room('kvm1', mib), room('kvm2', mib), host('kvm3')],
		to: {a: 'kvm2', b: 'kvm1', c: 'kvm3'},
		runs: {c: '0 to 10', a: 'stuck: memory kvm2', b: 'stuck: memory kvm1'},
	},
	'a guest tied to a stuck one does not move either': {
		guests: [still('a', 10, {memoryKib: 4 * mib}), still('b', 10, {host: 'kvm2', memoryKib: 4 * mib}), still('c', 10)],
		hosts: [room('kvm1', mib), room('kvm2', mib), host('kvm3')],
		rules: [{name: 'pair', kind: 'together', across: 'host', strength: 'hard', guests: ['a', 'c']}],
		to: {a: 'kvm2', b: 'kvm1', c: 'kvm2'},
		runs: {a: 'stuck: memory kvm2', b: 'stuck: memory kvm1', c: 'stuck: together'},
	},
	'guests that must be apart do not meet while they move': {
		guests: [still('a', 10), still('b', 10, {host: 'kvm2'})],
		rules: [{name: 'rivals', kind: 'apart', across: 'host', strength: 'hard', guests: ['a', 'b']}],
		to: {a: 'kvm2', b: 'kvm3'},
		runs: {b: '0 to 10', a: '10 to 20, rule rivals from 0'},
	},
	'images are prepared ahead, up to the limit': {
		guests: [still('a', 10), still('b', 10, {host: 'kvm5'}), still('c', 10, {host: 'kvm6'})],
		to: {a: 'kvm2', b: 'kvm3', c: 'kvm4'},
		options: {
			limits: {...defaultOptions.limits, preparing: 2},
			assumptions: {...plain.assumptions, prepareMs: 4000},
		},
		runs: {a: '4 to 14', b: '4 to 14', c: '8 to 18, preparing from 0'},
	},
};

for (const [title, {guests, hosts, rules = [], lines = [], to, options, runs}] of Object.entries(examples)) {
	test(title, t => {
		const all = hosts ?? ['kvm1', 'kvm2', 'kvm3', 'kvm4', 'kvm5', 'kvm6'].map(name => host(name));
		const moves = guests.map(
			({id, host: source}): PlacedMove => ({guest: id, source, destination: to[id] ?? '', mode: 'live'}),
		);
		const planned = schedule({hosts: all, guests, rules, lines}, moves, {...plain, ...options});
		t.deepEqual(timetable(planned), runs);
	});
}

function timetable({entries, stuck}: Schedule): Readonly<Record<string, string>> {
	return Object.fromEntries([
		...entries.map(({guest: id, startMs, endMs, waits}) => {
			const waited = waits.map(({limit, fromMs}) => `, ${limit} from ${fromMs / 1000}`).join('');
			return [id, `${startMs / 1000} to ${endMs / 1000}${waited}`];
		}),
		...stuck.map(({guest: id, limit}) => [id, `stuck: ${limit}`]),
	]);
}

test('for a short window, the longest guest with the lowest priority is left out, with its group', t => {
	const guests = [
		still('a', 60, {priority: 1}),
		still('b', 40),
		still('c', 20),
		still('d', 10, {priority: 1}),
		still('e', 30),
	];
	const cluster: Cluster = {
		hosts: [host('kvm1'), host('kvm2')],
		guests,
		rules: [{name: 'pair', kind: 'together', across: 'host', strength: 'hard', guests: ['b', 'c']}],
		lines: [],
	};
	const moves = guests.map(({id}): PlacedMove => ({guest: id, source: 'kvm1', destination: 'kvm2', mode: 'live'}));
	const options: ScheduleOptions = {...plain, order: ['priority', 'longest']};
	const outOf = (seconds: number) => fitWindow(cluster, moves, options, seconds * 1000).leaveOut;
	t.deepEqual(outOf(1000), []);
	t.deepEqual(outOf(80), []);
	t.deepEqual(outOf(60), ['b', 'c']);
	t.deepEqual(outOf(59), ['a', 'b', 'c']);
	t.deepEqual(outOf(50), ['a', 'b', 'c']);
	t.deepEqual(outOf(30), ['a', 'b', 'c']);
	t.deepEqual(outOf(1), ['a', 'b', 'c', 'd', 'e']);
});

test('the order longest comes close to the bound', t => {
	const hosts = Array.from({length: 12}, (_, index) =>
		host(`kvm${index}`, {memoryKib: 4096 * mib, freeKib: 4096 * mib}),
	);
	const guests = Array.from({length: 120}, (_, index) =>
		still(`g${String(index).padStart(3, '0')}`, 5 + ((index * 37) % 50), {host: `kvm${index % 4}`}),
	);
	const moves = guests.map(
		({id, host: source}, index): PlacedMove => ({
			guest: id,
			source,
			destination: `kvm${4 + (index % 8)}`,
			mode: 'live',
		}),
	);
	const {makespanMs, boundMs} = schedule({hosts, guests, rules: [], lines: []}, moves, {
		...plain,
		order: ['longest'],
		limits: {...plain.limits, total: 8},
	});
	t.true(makespanMs <= boundMs * 1.1, `${makespanMs} against ${boundMs}`);
});
