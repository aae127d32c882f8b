import test from 'ava';
import fc from 'fast-check';
import {generate} from '../../bench/plan/generate.ts';
import {type ClusterGuest, evacuation} from '../../src/placement/cluster.ts';
import {place} from '../../src/placement/place.ts';
import {defaultOptions, schedule} from '../../src/schedule/schedule.ts';
import {guest, host, smallCases} from './clusters.ts';
import {optimum, placedOf, shareOf} from './exact.ts';
import {after, broken, brokenAtTheEnd, need, sum} from './judge.ts';

const gib = 1024 ** 2;

test('small clusters: no fewer guests than the optimum, and at most 5 % fuller', t => {
	fc.assert(
		fc.property(smallCases, ({cluster, request}) => {
			const {moves, shareBound, highestShare} = place(cluster, request);
			const best = optimum(cluster, request);
			t.deepEqual(placedOf(cluster, moves), best.placed);
			t.true(shareOf(cluster, moves) <= best.share * 1.05 + 1e-9, `${shareOf(cluster, moves)} against ${best.share}`);
			t.true(Math.abs(shareOf(cluster, moves) - highestShare) < 1e-9);
			t.true(shareBound <= best.share + 1e-9 || moves.length === 0);
		}),
		{numRuns: 200},
	);
	t.pass();
});

test('a large cluster is placed and scheduled close to the bounds', t => {
	const {cluster: generated, sources} = generate(1000);
	const {cluster, request} = evacuation(generated, sources);
	const {moves, left, highestShare, shareBound} = place(cluster, request);
	t.true(left.every(({why}) => why.code === 'off'));
	t.deepEqual(
		[...broken(cluster, after(cluster, moves)), ...brokenAtTheEnd(cluster, request, after(cluster, moves))],
		[],
	);
	t.true(highestShare <= shareBound * 1.01, `${highestShare} against ${shareBound}`);
	const limits = {...defaultOptions.limits, total: 2 * sources.length, preparing: sources.length};
	const {makespanMs, boundMs, stuck} = schedule(cluster, moves, {...defaultOptions, limits});
	t.deepEqual(stuck, []);
	t.true(makespanMs <= boundMs * 1.1, `${makespanMs} against ${boundMs}`);
});

for (const percent of [70, 85, 93, 97]) {
	test(`200 guests that fill ten hosts to ${percent} % in memory and CPUs are all placed, within 1 % of the bound`, t => {
		const guests = Array.from({length: 200}, (_, index) =>
			sized(`g${String(index).padStart(3, '0')}`, 2 ** ((index * 7) % 6), {vcpus: 2 ** ((index * 5) % 4), disks: []}),
		);
		const filled = (values: readonly number[]) => Math.ceil((sum(values) * 10) / percent);
		const memoryKib = filled(guests.map(need));
		const hosts = Array.from({length: 10}, (_, index) =>
			host(`kvm${index + 2}`, {
				memoryKib,
				freeKib: memoryKib,
				cpus: filled(guests.map(({vcpus}) => vcpus)),
				cpuOvercommit: 1,
			}),
		);
		const all = {hosts: [host('kvm1'), ...hosts], guests, rules: [], lines: []};
		const {cluster, request} = evacuation(all, ['kvm1']);
		const {left, highestShare, shareBound} = place(cluster, request);
		t.deepEqual(left, []);
		t.true(highestShare <= shareBound * 1.01, `${highestShare} against ${shareBound}`);
	});
}

const sized = (name: string, memoryGib: number, changes: Partial<ClusterGuest> = {}) =>
	guest(name, {memoryKib: memoryGib * gib - 64 * 1024, ...changes});
