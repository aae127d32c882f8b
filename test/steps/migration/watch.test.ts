import test from 'ava';
import {convergencePolicyOf} from '../../../src/steps/migration/convergence/policy.ts';
import {
	type Order,
	observe,
	type Sample,
	sampleOf,
	type Watch,
} from '../../../src/steps/migration/convergence/watch.ts';

const policy = convergencePolicyOf({}, {memoryBytes: 32 * 1024 ** 2, diskBytes: 0});

/** A guest of the lab that changes 20 MiB a second, over a link of 1 MiB a second: ms, pass, bytes sent, bytes left. */
const recorded: readonly (readonly [number, number, number, number])[] = [
	[0, 1, 1658963, 196608],
	[488, 2, 1987593, 937984],
	[993, 2, 2402105, 524288],
	[1512, 2, 2800201, 126976],
	[1995, 3, 3321417, 806912],
	[2490, 4, 4134025, 1200128],
	[3000, 4, 4659353, 671744],
	[3498, 4, 5057449, 274432],
	[3999, 5, 5455545, 937984],
	[4489, 5, 5984969, 409600],
	[4999, 5, 6383065, 12288],
];

const memory = recorded.map(
	([atMs, pass, sentBytes, leftBytes]): Sample => ({
		atMs,
		phase: 'memory',
		pass,
		sentBytes,
		leftBytes,
		throttlePercent: 0,
	}),
);

/** The same again and again, for so long. */
function endless(forMs: number): readonly Sample[] {
	const times = Math.ceil(forMs / 5500);
	return Array.from({length: times}, (_, round) =>
		memory.map(sample => ({
			...sample,
			atMs: sample.atMs + round * 5500,
			pass: sample.pass + round * 5,
			sentBytes: sample.sentBytes + round * 5_000_000,
		})),
	).flat();
}

/** What is ordered, and at which moment. */
function orders(samples: readonly Sample[], given = policy): readonly (readonly [number, Order])[] {
	let watch: Watch | undefined;
	return samples.flatMap(sample => {
		const seen = observe(watch, sample, given);
		watch = seen.watch;
		return seen.orders.map(order => [sample.atMs, order] as const);
	});
}

const told = (samples: readonly Sample[], given = policy) =>
	orders(samples, given).map(([at, order]) =>
		order.kind === 'allow' ? `${at}: allow ${order.downtimeMs}` : `${at}: ${order.to}, ${order.reason.kind}`,
	);

function every(
	ms: number,
	count: number,
	of: (index: number) => Partial<Sample>,
	phase: Sample['phase'] = 'memory',
): readonly Sample[] {
	return Array.from({length: count}, (_, index) => ({
		atMs: index * ms,
		phase,
		pass: 1,
		sentBytes: index,
		leftBytes: 1_000_000,
		throttlePercent: 0,
		...of(index),
	}));
}

test('a migration that takes its time within all limits is left to itself', t => {
	t.deepEqual(told(memory), []);
});

test('with each pass over the memory a longer pause is allowed, one a look, up to the last', t => {
	t.deepEqual(told(memory, {...policy, downtimesMs: [300, 600, 3000]}), ['488: allow 600', '1995: allow 3000']);
	t.deepEqual(told(memory, {...policy, downtimesMs: [300]}), []);
});

test('passes that begin with no less than before are a stall after the window, and it is told once', t => {
	const all = orders(endless(90_000));
	t.is(all.length, 1);
	const [at, order] = all[0] ?? [];
	t.true((at ?? 0) >= 40_000 && (at ?? 0) < 60_000, `at ${at}`);
	t.like(order, {kind: 'timeout', to: 'abort', reason: {kind: 'stalled'}});
});

test('a shorter window is a stall earlier, and what is done about it is as said', t => {
	const stall = {windowMs: 5000, marginPercent: 4};
	t.deepEqual(told(endless(30_000), {...policy, stall, timeoutAction: 'suspend'}), ['11000: suspend, stalled']);
});

test('a pass that takes long on a slow link is no stall', t => {
	const slow = every(500, 400, index => ({sentBytes: index * 50_000, leftBytes: 30_000_000 - index * 50_000}));
	t.deepEqual(told(slow), []);
});

test('passes that begin with less and less are progress, however slow', t => {
	const better = every(1000, 200, index => ({
		pass: 1 + Math.floor(index / 10),
		leftBytes: 1e9 * 0.95 ** Math.floor(index / 10),
	}));
	t.deepEqual(told(better), []);
	const hardly = every(1000, 200, index => ({
		pass: 1 + Math.floor(index / 10),
		leftBytes: 1e9 * 0.99 ** Math.floor(index / 10),
	}));
	t.deepEqual(told(hardly).length, 1);
});

test('a guest that is held back more gets a new window', t => {
	const held = every(1000, 100, index => ({
		pass: 1 + Math.floor(index / 5),
		throttlePercent: 10 * Math.floor(index / 30),
	}));
	t.deepEqual(told(held), []);
});

test('while the hosts prepare a migration no deadline runs; when they do not get on with it, it ends after the window', t => {
	const limits = {disksMs: 3000, memoryMs: 3000};
	const preparing = every(500, 20, () => ({sentBytes: 0}), 'prepare');
	t.deepEqual(told(preparing, {...policy, limits}), []);
	const endlessly = every(1000, 60, () => ({sentBytes: 0}), 'prepare');
	t.deepEqual(told(endlessly, {...policy, limits, timeoutAction: 'postcopy'}), ['40000: abort, silent']);
});

test('a migration copies disks once libvirt knows how many bytes of them there are', t => {
	const job = {type: 'unbounded', operation: 'outgoing migration', diskProcessedBytes: 0} as const;
	t.is(sampleOf(job, 0)?.phase, 'prepare');
	t.is(sampleOf({...job, diskTotalBytes: 0}, 0)?.phase, 'prepare');
	t.is(sampleOf({...job, diskTotalBytes: 1}, 0)?.phase, 'disks');
	t.is(sampleOf({...job, diskTotalBytes: 1, memoryTotalBytes: 1}, 0)?.phase, 'memory');
});

test('nothing that is sent, of disks or of memory, ends the move after the window, whatever else is requested', t => {
	for (const phase of ['disks', 'memory'] as const) {
		const silent = every(1000, 60, index => ({sentBytes: Math.min(index, 10)}), phase);
		t.deepEqual(told(silent, {...policy, timeoutAction: 'postcopy'}), ['50000: abort, silent']);
	}
});

test('a move that is about to switch over is given a minute, as QEMU counts no more', t => {
	const draining = (count: number) =>
		every(1000, count, index => ({sentBytes: Math.min(index, 10), leftBytes: index < 10 ? 1000 : 0}));
	t.deepEqual(told(draining(65)), []);
	t.deepEqual(told(draining(80)), ['70000: abort, silent']);
});

test('disks and memory each have their own time', t => {
	const limits = {disksMs: 20_000, memoryMs: 10_000};
	const disks = every(1000, 19, () => ({}), 'disks');
	const then = every(1000, 9, index => ({atMs: 19_000 + index * 1000}));
	t.deepEqual(told([...disks, ...then], {...policy, limits}), []);
	t.deepEqual(
		told(
			every(1000, 25, () => ({}), 'disks'),
			{...policy, limits, timeoutAction: 'suspend'},
		),
		['20000: abort, late'],
	);
	t.deepEqual(
		told(
			every(1000, 15, () => ({})),
			{...policy, limits, timeoutAction: 'postcopy'},
		),
		['10000: postcopy, late'],
	);
});

test('a guest that was suspended for its move and of which nothing is sent any more stays; in post-copy none can', t => {
	const limits = {memoryMs: 5000};
	const stuck = every(1000, 60, index => ({sentBytes: Math.min(index, 10)}));
	t.deepEqual(told(stuck, {...policy, limits, timeoutAction: 'suspend'}), [
		'5000: suspend, late',
		'50000: abort, silent',
	]);
	t.deepEqual(told(stuck, {...policy, limits, timeoutAction: 'postcopy'}), ['5000: postcopy, late']);
});

test('time is for each GiB of memory and of copied disk, and not less than the least', t => {
	const gib = 1024 ** 3;
	t.deepEqual(convergencePolicyOf({}, {memoryBytes: 4 * gib, diskBytes: gib}).limits, {
		disksMs: 240_000,
		memoryMs: 600_000,
	});
	const deadline = {per_gib: '10 s', at_least: '5 s'};
	t.deepEqual(convergencePolicyOf({deadline}, {memoryBytes: gib / 4, diskBytes: 3 * gib}).limits, {
		disksMs: 30_000,
		memoryMs: 5000,
	});
});

test('pauses that do not grow are refused', t => {
	const size = {memoryBytes: 1, diskBytes: 1};
	t.throws(() => convergencePolicyOf({max_downtime: ['300 ms', '200 ms']}, size), {
		message: /max_downtime is 300 ms, 200 ms/,
	});
	t.deepEqual(convergencePolicyOf({max_downtime: '500 ms'}, size).downtimesMs, [500]);
});
