import test from 'ava';
import type {ClusterGuest, PlacedMove} from '../../src/placement/cluster.ts';
import {type ConvergenceRules, defaultConvergence} from '../../src/schedule/convergence.ts';
import {defaultAssumptions} from '../../src/schedule/predict.ts';
import {defaultOptions, type ScheduledMove, type ScheduleOptions, schedule} from '../../src/schedule/schedule.ts';
import {guest, host} from '../placement/clusters.ts';

const mib = 1024 ** 2;

const gib = 1024 ** 3;

/** Simple numbers: 100 MiB/s links, no time except for the data. */
const plain: ScheduleOptions = {
	...defaultOptions,
	order: ['name'],
	bandwidth: 50 * mib,
	assumptions: {...defaultAssumptions, prepareMs: 0, aroundMs: 0, handoverMs: 0, stopMs: 1000, startMs: 1000},
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

type Foretold = Partial<
	Pick<ScheduledMove, 'bandwidthMib' | 'bytes' | 'pauseMs' | 'converges' | 'timeout' | 'isGuess'>
> & {
	readonly durationMs?: number;
};

type Predicted = {
	readonly title: string;
	readonly guest: ClusterGuest;
	readonly mode?: PlacedMove['mode'];
	/** What the playbook says of pauses, deadline and stall. */
	readonly rules?: Partial<ConvergenceRules>;
	readonly handoverMs?: number;
	readonly expected: Foretold;
};

/** Changes as much memory as half of the bandwidth can send. */
const busy = guest('a', {memoryKib: 8 * mib, disks: [], dirtyBytesPerSecond: 40 * mib});

/** Changes more than can be sent. */
const restless = guest('a', {memoryKib: 8 * mib, disks: [], dirtyBytesPerSecond: 90 * mib});

const noStall = {windowMs: 24 * 3600 * 1000, marginPercent: 0};

const predictions: readonly Predicted[] = [
	{
		title: 'a guest alone on its way gets 0.8 of the link',
		guest: still('a', 0, {memoryKib: 8 * mib}),
		expected: {bandwidthMib: 80, bytes: 8 * gib, durationMs: 102_400},
	},
	{
		title: 'two disks share the bandwidth, and the memory after them has one part',
		guest: still('a', 0, {memoryKib: 4 * mib, disks: [disk(8), {...disk(4), target: 'vdb'}]}),
		expected: {bandwidthMib: 40, bytes: 4 * gib + 600 * mib, durationMs: 10_000 + 102_400},
	},
	{
		title: 'what a guest changes is sent again until the rest fits into QEMU’s own pause of 300 ms',
		guest: busy,
		expected: {bytes: 16 * gib - 16 * mib, pauseMs: 200, durationMs: 204_600, converges: 'yes', isGuess: false},
	},
	{
		title: 'a longer pause in the playbook spares a pass',
		guest: busy,
		rules: {downtimesMs: [500]},
		expected: {bytes: 16 * gib - 32 * mib, pauseMs: 400, durationMs: 204_400, converges: 'yes'},
	},
	{
		title: 'of a list of pauses each further pass is allowed the next one',
		guest: busy,
		rules: {downtimesMs: [100, 200, 30_000]},
		expected: {bytes: 14 * gib, pauseMs: 25_600, durationMs: 153_600 + 25_600, converges: 'yes'},
	},
	{
		title: 'the pause expected is at most the one that is allowed',
		guest: busy,
		rules: {downtimesMs: [210]},
		handoverMs: 50,
		expected: {pauseMs: 210, converges: 'yes'},
	},
	{
		title: 'one that changes more than can be sent stalls, and is given up long before its deadline',
		guest: restless,
		expected: {
			durationMs: 307_200,
			converges: 'never',
			pauseMs: 300,
			timeout: {phase: 'memory', cause: 'stall', afterMs: 307_200, timeoutAction: 'abort'},
		},
	},
	{
		title: 'with a long window for stalls that is the work of the deadline: so long for each GiB',
		guest: restless,
		rules: {stall: noStall},
		expected: {
			durationMs: 1_200_000,
			converges: 'never',
			timeout: {phase: 'memory', cause: 'deadline', afterMs: 1_200_000, timeoutAction: 'abort'},
		},
	},
	{
		title: 'one that would end, but after its deadline, is given up there',
		guest: busy,
		rules: {deadline: {msPerGib: 10_000, atLeastMs: 60_000}},
		expected: {
			durationMs: 80_000,
			converges: 'yes',
			pauseMs: 300,
			timeout: {phase: 'memory', cause: 'deadline', afterMs: 80_000, timeoutAction: 'abort'},
		},
	},
	{
		title: 'who is suspended at its deadline stands still until what is left has been sent',
		guest: restless,
		rules: {stall: noStall, timeoutAction: 'suspend'},
		expected: {durationMs: 1_200_000 + 102_400, pauseMs: 102_400, converges: 'never'},
	},
	{
		title: 'who is switched to post-copy stands still for a moment only, and what is left is sent afterwards',
		guest: restless,
		rules: {stall: noStall, timeoutAction: 'postcopy'},
		handoverMs: 50,
		expected: {durationMs: 1_200_000 + 102_400, pauseMs: 50, converges: 'never'},
	},
	{
		title: 'a long pause at the end of the list lets also a restless guest come to its end',
		guest: guest('a', {memoryKib: mib, disks: [], dirtyBytesPerSecond: 90 * mib}),
		rules: {downtimesMs: [300, 1000, 15_000]},
		expected: {durationMs: 25_600 + 12_800, pauseMs: 12_800, converges: 'yes'},
	},
	{
		title: 'disks that are late end the move, whatever the playbook says of its memory',
		guest: still('a', 0, {memoryKib: mib, disks: [disk(80)]}),
		rules: {deadline: {msPerGib: 1000, atLeastMs: 10_000}, timeoutAction: 'postcopy'},
		expected: {
			durationMs: 10_000,
			pauseMs: 0,
			bytes: 800 * mib,
			timeout: {phase: 'disks', cause: 'deadline', afterMs: 10_000, timeoutAction: 'abort'},
		},
	},
	{
		title: 'an unknown rate is a guess, and said to be one',
		guest: guest('a', {memoryKib: 8 * mib, disks: []}),
		expected: {isGuess: true, converges: 'yes'},
	},
	{
		title: 'a cold move stands still for all of the copy',
		guest: guest('a', {disks: [disk(16)]}),
		mode: 'cold',
		expected: {bytes: 800 * mib, pauseMs: 12_000, durationMs: 12_000, isGuess: false},
	},
	{
		title: 'a guest that is off does not pause',
		guest: guest('a', {state: 'off', disks: [disk(16)]}),
		mode: 'cold',
		expected: {pauseMs: 0, durationMs: 10_000},
	},
];

for (const {title, guest: one, mode = 'live', rules, handoverMs = 0, expected} of predictions) {
	test(title, t => {
		const cluster = {hosts: [host('kvm1'), host('kvm2')], guests: [one], rules: [], lines: []};
		const moves: readonly PlacedMove[] = [{guest: 'a', source: 'kvm1', destination: 'kvm2', mode}];
		const [entry] = schedule(cluster, moves, {
			...plain,
			bandwidth: 'auto',
			convergence: {...defaultConvergence, ...rules},
			assumptions: {...plain.assumptions, handoverMs},
		}).entries;
		t.like({...entry, durationMs: (entry?.endMs ?? 0) - (entry?.startMs ?? 0)}, expected);
	});
}

test('the bandwidth is that of the slower link, divided among the moves that can be in progress at once', t => {
	const hosts = [
		host('kvm1', {bytesPerSecond: 1000 * mib}),
		host('kvm2', {bytesPerSecond: 100 * mib}),
		host('kvm3', {bytesPerSecond: 1000 * mib}),
	];
	const guests = [still('a', 10), still('b', 10), still('c', 10), still('d', 10)];
	const to = {a: 'kvm2', b: 'kvm3', c: 'kvm3', d: 'kvm3'} as const;
	const moves = Object.entries(to).map(
		([id, destination]): PlacedMove => ({guest: id, source: 'kvm1', destination, mode: 'live'}),
	);
	const {entries} = schedule({hosts, guests, rules: [], lines: []}, moves, {...plain, bandwidth: 'auto'});
	t.deepEqual(Object.fromEntries(entries.map(({guest: id, bandwidthMib}) => [id, bandwidthMib])), {
		a: 80,
		b: 400,
		c: 400,
		d: 400,
	});
});
