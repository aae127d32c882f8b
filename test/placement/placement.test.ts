import test from 'ava';
import fc from 'fast-check';
import {generate} from '../../bench/plan/generate.ts';
import {type AffinityRule, type Cluster, type ClusterGuest, evacuation} from '../../src/placement/cluster.ts';
import {explainer} from '../../src/placement/explain.ts';
import {place} from '../../src/placement/place.ts';
import type {Placement} from '../../src/placement/placement.ts';
import {rejectionText} from '../../src/placement/rejection.ts';
import {selectGuests} from '../../src/placement/select.ts';
import {defaultOptions, schedule} from '../../src/schedule/schedule.ts';
import {cases20, guest, host, smallCases} from './clusters.ts';
import {optimum, placedOf, shareOf} from './exact.ts';
import {after, broken, brokenAtTheEnd, need, sum} from './judge.ts';

const gib = 1024 ** 2;

const noRuleIsBroken = test.macro((t, runs: fc.Parameters<unknown>) => {
	fc.assert(
		fc.property(cases20, ({cluster, wish}) => {
			const {moves} = place(cluster, wish);
			const where = after(cluster, moves);
			t.deepEqual([...broken(cluster, where), ...brokenAtTheEnd(cluster, wish, where)], []);
			t.true(moves.every(({guest: id}) => wish.guests.includes(id)));
		}),
		runs,
	);
	t.pass();
});
test('no placement breaks a hard rule', noRuleIsBroken, {numRuns: 400});
test('nor one where guests had come to the hosts of others that stay', noRuleIsBroken, {numRuns: 16, seed: -135680810});

test('every guest that was asked for goes or is left with a reason, never both', t => {
	fc.assert(
		fc.property(cases20, ({cluster, wish}) => {
			const {moves, left} = place(cluster, wish);
			t.deepEqual([...moves, ...left].map(({guest: id}) => id).sort(), [...wish.guests].sort());
			for (const {host: home, why} of left) {
				if (why.code !== 'no_home') continue;
				const rejected = sum(why.rejections.map(({hosts}) => hosts));
				t.true(rejected >= 1 && rejected < cluster.hosts.length, home);
				t.false(wish.headroom === 'none' && why.rejections.some(({rejection}) => rejection.code === 'headroom'));
			}
		}),
		{numRuns: 100},
	);
	t.pass();
});

test('the order of hosts, guests, rules and lists does not change a byte', t => {
	const shuffled = <T>(items: readonly T[]) =>
		fc.shuffledSubarray([...items], {minLength: items.length, maxLength: items.length});
	const twice = cases20.chain(one =>
		fc.tuple(
			fc.constant(one),
			shuffled(one.cluster.hosts),
			shuffled(one.cluster.guests),
			shuffled(one.cluster.rules),
			shuffled(one.wish.guests),
		),
	);
	fc.assert(
		fc.property(twice, ([{cluster, wish}, hosts, guests, rules, asked]) => {
			const reversed = guests.map(one => ({...one, pins: one.pins.toReversed(), disks: one.disks.toReversed()}));
			const other = place(
				{...cluster, hosts, guests: reversed, rules: rules.map(one => ({...one, guests: one.guests.toReversed()}))},
				{...wish, guests: asked},
			);
			t.is(JSON.stringify(other), JSON.stringify(place(cluster, wish)));
		}),
		{numRuns: 60},
	);
	t.pass();
});

test('against every possible placement of small clusters: never a guest less, never more than 5 % fuller', t => {
	fc.assert(
		fc.property(smallCases, ({cluster, wish}) => {
			const {moves, shareBound, highestShare} = place(cluster, wish);
			const best = optimum(cluster, wish);
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
	const {cluster, wish} = evacuation(generated, sources);
	const {moves, left, highestShare, shareBound} = place(cluster, wish);
	t.true(left.every(({why}) => why.code === 'off'));
	t.deepEqual([...broken(cluster, after(cluster, moves)), ...brokenAtTheEnd(cluster, wish, after(cluster, moves))], []);
	t.true(highestShare <= shareBound * 1.01, `${highestShare} against ${shareBound}`);
	const limits = {...defaultOptions.limits, total: 2 * sources.length, preparing: sources.length};
	const {makespanMs, boundMs, stuck} = schedule(cluster, moves, {...defaultOptions, limits});
	t.deepEqual(stuck, []);
	t.true(makespanMs <= boundMs * 1.1, `${makespanMs} against ${boundMs}`);
});

for (const percent of [70, 85, 93, 97]) {
	test(`200 guests that fill ten hosts to ${percent} % in memory and CPUs all find a home, within 1 % of the bound`, t => {
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
		const {cluster, wish} = evacuation(all, ['kvm1']);
		const {left, highestShare, shareBound} = place(cluster, wish);
		t.deepEqual(left, []);
		t.true(highestShare <= shareBound * 1.01, `${highestShare} against ${shareBound}`);
	});
}

type Example = {
	readonly cluster: Partial<Cluster>;
	readonly headroom?: 'one_host';
	/** Who shall leave; left out: all guests of kvm1. */
	readonly asks?: readonly string[];
	/** Guest to destination, with the way if it is not live. */
	readonly goes: Readonly<Record<string, string>>;
	/** Guest to the reason that a person reads first. */
	readonly stays?: Readonly<Record<string, RegExp>>;
};

const rule = (
	kind: AffinityRule['kind'],
	strength: AffinityRule['strength'],
	guests: readonly string[],
): AffinityRule => ({
	name: kind,
	kind,
	across: 'host',
	strength,
	guests,
});

const small = (name: string, memoryGib: number) => host(name, {memoryKib: memoryGib * gib, freeKib: memoryGib * gib});
const sized = (name: string, memoryGib: number, changes: Partial<ClusterGuest> = {}) =>
	guest(name, {memoryKib: memoryGib * gib - 64 * 1024, ...changes});

const examples: Readonly<Record<string, Example>> = {
	'guests are spread by the share of memory, not by its size': {
		cluster: {hosts: [small('kvm2', 30), small('kvm3', 10)], guests: [sized('a', 6), sized('b', 2), sized('c', 1)]},
		goes: {a: 'kvm2', b: 'kvm3', c: 'kvm2'},
	},
	'the important guest goes when there is room for one only': {
		cluster: {hosts: [small('kvm2', 8)], guests: [sized('a', 4), sized('b', 4), sized('c', 8, {priority: 1})]},
		goes: {c: 'kvm2'},
		stays: {a: /needs 4096 MiB of memory, and 0 MiB are free/, b: /memory/},
	},
	'rather two small guests than a large one': {
		cluster: {hosts: [small('kvm2', 8)], guests: [sized('a', 8), sized('b', 4), sized('c', 4)]},
		goes: {b: 'kvm2', c: 'kvm2'},
		stays: {a: /memory/},
	},
	'memory that other processes have taken is not promised': {
		cluster: {hosts: [host('kvm2', {freeKib: 3 * gib})], guests: [sized('a', 4)]},
		goes: {},
		stays: {a: /3072 MiB are free/},
	},
	'the reserve of a host is kept': {
		cluster: {
			hosts: [host('kvm2', {memoryKib: 8 * gib, freeKib: 8 * gib, reserveKib: 5 * gib})],
			guests: [sized('a', 4)],
		},
		goes: {},
		stays: {a: /3072 MiB are free/},
	},
	'overcommit gives more than there is': {
		cluster: {
			hosts: [host('kvm2', {memoryKib: 8 * gib, freeKib: 8 * gib, memoryOvercommit: 1.5})],
			guests: [sized('a', 12)],
		},
		goes: {a: 'kvm2'},
	},
	'CPUs are overcommitted so far and no further': {
		cluster: {
			hosts: [host('kvm2', {cpus: 4, cpuOvercommit: 2})],
			guests: [guest('a', {vcpus: 4}), guest('b', {vcpus: 4}), guest('c', {vcpus: 1})],
		},
		goes: {a: 'kvm2', b: 'kvm2'},
		stays: {c: /needs 1 CPUs, and 0 are free/},
	},
	'one guest never has more CPUs than the host': {
		cluster: {hosts: [host('kvm2', {cpus: 4, cpuOvercommit: 8})], guests: [guest('a', {vcpus: 5})]},
		goes: {},
		stays: {a: /has 5 virtual CPUs, and the host only 4/},
	},
	'images need space in the pool that holds their path': {
		cluster: {
			hosts: [
				host('kvm2', {pools: [{path: '/images', freeBytes: 5 * 1024 ** 3}]}),
				host('kvm3', {pools: [{path: '/other', freeBytes: 1024 ** 4}]}),
				host('kvm4', {
					pools: [
						{path: '/', freeBytes: 1024 ** 4},
						{path: '/images', freeBytes: 1},
					],
				}),
			],
			guests: [guest('a')],
		},
		goes: {},
		stays: {a: /needs 10\.0 GiB in \/images, and 5\.0 GiB are free/},
	},
	'what a destination sees on shared storage takes no space there': {
		cluster: {
			hosts: [host('kvm2', {pools: []}), host('kvm3', {pools: [], storages: ['nfs']})],
			guests: [guest('a', {disks: guest('a').disks.map(disk => ({...disk, storage: 'nfs'}))})],
		},
		goes: {a: 'kvm3'},
	},
	'pins and exclusions hold': {
		cluster: {
			hosts: [small('kvm2', 64), small('kvm3', 16), small('kvm4', 64)],
			guests: [sized('a', 8, {pins: ['kvm3', 'kvm9']}), sized('b', 8, {avoids: ['kvm2', 'kvm3']})],
		},
		goes: {a: 'kvm3', b: 'kvm4'},
	},
	'a pin to a host that does not take it leaves it, and says so': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3', {closed: 'it is in maintenance'})],
			guests: [guest('a', {pins: ['kvm3']})],
		},
		goes: {},
		stays: {a: /it is in maintenance/},
	},
	'guests that belong together find a host for all of them, or stay': {
		cluster: {
			hosts: [small('kvm2', 8), small('kvm3', 12)],
			guests: [sized('a', 5), sized('b', 5), sized('c', 4), sized('d', 6), sized('e', 7)],
			rules: [rule('together', 'hard', ['a', 'b']), {...rule('together', 'hard', ['d', 'e']), name: 'too large'}],
		},
		goes: {a: 'kvm3', b: 'kvm3', c: 'kvm2'},
		stays: {d: /needs 13312 MiB/, e: /needs 13312 MiB/},
	},
	'a guest follows the one that stays elsewhere': {
		cluster: {
			hosts: [small('kvm2', 64), small('kvm3', 16)],
			guests: [sized('a', 8), sized('b', 1, {host: 'kvm3'})],
			rules: [rule('together', 'hard', ['a', 'b'])],
		},
		goes: {a: 'kvm3'},
	},
	'a guest stays with the one that is left at home': {
		cluster: {
			hosts: [host('kvm2')],
			guests: [guest('a'), guest('b', {policy: 'leave'})],
			rules: [rule('together', 'hard', ['a', 'b'])],
		},
		goes: {},
		stays: {a: /wants it with guests that are not there/, b: /^leave$/},
	},
	'guests that must not meet do not, nor with one that is there already': {
		cluster: {
			hosts: [host('kvm2'), small('kvm3', 8), small('kvm4', 8)],
			guests: [guest('a'), guest('b'), guest('c', {host: 'kvm3'})],
			rules: [rule('apart', 'hard', ['a', 'b', 'c'])],
		},
		goes: {a: 'kvm2', b: 'kvm4'},
	},
	'apart can mean apart by zones': {
		cluster: {
			hosts: [host('kvm2', {zone: 'x'}), host('kvm3', {zone: 'x'}), small('kvm4', 8)],
			guests: [guest('a'), guest('b')],
			rules: [{...rule('apart', 'hard', ['a', 'b']), across: 'zone'}],
		},
		goes: {a: 'kvm2', b: 'kvm4'},
	},
	'rules that contradict each other leave the guests where they are': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3')],
			guests: [guest('a'), guest('b')],
			rules: [rule('apart', 'hard', ['a', 'b']), rule('together', 'hard', ['a', 'b'])],
		},
		goes: {},
		stays: {a: /apart/, b: /apart/},
	},
	'a soft rule decides between hosts that are equally full': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3')],
			guests: [sized('a', 8), sized('b', 8), sized('c', 8), sized('d', 8)],
			rules: [rule('together', 'soft', ['a', 'c']), {...rule('apart', 'soft', ['a', 'b', 'd']), name: 'spread'}],
		},
		goes: {a: 'kvm2', b: 'kvm3', c: 'kvm2', d: 'kvm3'},
	},
	'a preferred host is taken when it is not the fullest for it': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3')],
			guests: [sized('a', 16), sized('b', 4, {prefers: ['kvm3']}), sized('c', 4, {prefers: ['kvm3']})],
		},
		goes: {a: 'kvm2', b: 'kvm3', c: 'kvm3'},
	},
	'the slow link is left to those that have no other': {
		cluster: {
			hosts: [host('kvm2', {bytesPerSecond: 1024 ** 2}), host('kvm3')],
			guests: [sized('a', 4), sized('b', 4, {disks: guest('b').disks.map(disk => ({...disk, dataBytes: 1024 ** 4}))})],
		},
		goes: {a: 'kvm2', b: 'kvm3'},
	},
	'a guest that cannot go live goes cold if it may': {
		cluster: {
			hosts: [host('kvm2')],
			guests: [
				guest('a', {policy: 'live_or_cold', obstacles: [{modes: ['live'], reason: 'it has a host device'}]}),
				guest('b', {obstacles: [{modes: ['live'], reason: 'it has a host device'}]}),
				guest('c', {policy: 'stop_and_start'}),
				guest('d', {policy: 'live_or_cold', state: 'off', memoryKib: 900 * gib}),
				guest('e', {state: 'off'}),
				guest('f', {policy: 'block'}),
			],
		},
		goes: {a: 'kvm2 cold', c: 'kvm2 cold', d: 'kvm2 cold'},
		stays: {b: /it has a host device/, e: /^off$/, f: /^block$/},
	},
	'it rather goes live where it can than cold': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3')],
			guests: [
				guest('a', {
					policy: 'live_or_cold',
					obstacles: [{host: 'kvm2', modes: ['live'], reason: 'its CPU is too new'}],
				}),
			],
		},
		goes: {a: 'kvm3'},
	},
	'any one host may fail afterwards': {
		cluster: {
			hosts: [small('kvm2', 10), small('kvm3', 10), small('kvm4', 10)],
			guests: [sized('a', 6), sized('b', 6), sized('c', 6), sized('d', 4)],
		},
		headroom: 'one_host',
		goes: {a: 'kvm2', b: 'kvm3', d: 'kvm4'},
		stays: {c: /could then not take over/},
	},
	'a guest takes the room of one that leaves': {
		cluster: {
			hosts: [small('kvm1', 10), small('kvm2', 10), small('kvm3', 10)],
			guests: [sized('a', 6, {pins: ['kvm2']}), sized('b', 6, {host: 'kvm2'})],
		},
		asks: ['a', 'b'],
		goes: {a: 'kvm2', b: 'kvm3'},
	},
	'guests that change places need the room for both at once': {
		cluster: {
			hosts: [small('kvm1', 10), small('kvm2', 10)],
			guests: [sized('a', 6), sized('b', 6, {host: 'kvm2'})],
		},
		asks: ['a', 'b'],
		goes: {},
		stays: {a: /needs 6144 MiB of memory, and 4096 MiB are free/, b: /memory/},
	},
};

for (const [title, {cluster, headroom = 'none', asks, goes, stays = {}}] of Object.entries(examples)) {
	test(title, t => {
		const hosts = cluster.hosts ?? [];
		const all = hosts.some(({name}) => name === 'kvm1')
			? hosts
			: [host('kvm1', {closed: 'it is being emptied'}), ...hosts];
		const guests = cluster.guests ?? [];
		const asked = asks ?? guests.filter(one => one.host === 'kvm1').map(({id}) => id);
		const placement = place(
			{hosts: all, guests, rules: cluster.rules ?? [], lines: cluster.lines ?? []},
			{guests: asked, headroom},
		);
		const gone = placement.moves.map(({guest: id, destination, mode}) => [
			id,
			mode === 'live' ? destination : `${destination} ${mode}`,
		]);
		t.deepEqual(Object.fromEntries(gone), goes);
		t.deepEqual(
			placement.left.map(({guest: id}) => id),
			Object.keys(stays),
		);
		for (const [id, reason] of Object.entries(stays)) t.regex(whyLeft(placement, id), reason);
	});
}

function whyLeft({left}: Placement, id: string): string {
	const why = left.find(({guest: own}) => own === id)?.why;
	if (why === undefined) return 'it is not left';
	switch (why.code) {
		case 'no_home':
			return why.rejections.map(({rejection}) => rejectionText(rejection)).join('\n');
		case 'obstacle':
			return why.reasons.join('\n');
		default:
			return why.code;
	}
}

test('an evacuation closes the hosts and asks for all their guests', t => {
	const hosts = [host('kvm1'), host('kvm2'), host('kvm3')];
	const guests = [guest('a'), guest('b', {host: 'kvm2'}), guest('c', {host: 'kvm3'})];
	const {cluster, wish} = evacuation({hosts, guests, rules: [], lines: []}, ['kvm1', 'kvm2']);
	t.deepEqual(wish, {guests: ['a', 'b'], headroom: 'none'});
	t.deepEqual(
		place(cluster, wish).moves.map(({destination}) => destination),
		['kvm3', 'kvm3'],
	);
});

test('each host is chosen or rejected for a reason', t => {
	const cluster: Cluster = {
		hosts: [
			host('kvm1', {closed: 'it is being emptied'}),
			host('kvm2'),
			small('kvm3', 10),
			small('kvm4', 3),
			host('kvm5', {closed: 'another run holds its lock'}),
			host('kvm6'),
		],
		guests: [sized('a', 8), sized('b', 8, {host: 'kvm6'})],
		rules: [],
		lines: [],
	};
	const wish = {guests: ['a'], headroom: 'none'} as const;
	const explain = explainer(cluster, wish, place(cluster, wish));
	t.deepEqual(
		explain('a').map(
			({host: name, rejection}) => `${name}: ${rejection === 'chosen' ? rejection : rejectionText(rejection)}`,
		),
		[
			'kvm1: it is there now',
			'kvm2: chosen',
			'kvm3: the host would be 80.0 % full, and none is more than 12.5 %',
			'kvm4: it needs 8192 MiB of memory, and 3072 MiB are free',
			'kvm5: another run holds its lock',
			'kvm6: the host would be 25.0 % full, and none is more than 12.5 %',
		],
	);
});

test('guests are selected by name, glob, label and state', t => {
	const guests = [
		guest('web1', {labels: ['prod']}),
		guest('web.2', {labels: ['test']}),
		guest('db1', {labels: ['prod'], state: 'off'}),
	];
	const names = (selection: Parameters<typeof selectGuests>[1]) =>
		selectGuests(guests, selection).map(({name}) => name);
	t.deepEqual(names({}), ['web1', 'web.2', 'db1']);
	t.deepEqual(names({names: ['web*']}), ['web1', 'web.2']);
	t.deepEqual(names({names: ['web?', 'db1']}), ['web1', 'db1']);
	t.deepEqual(names({names: ['web.*']}), ['web.2']);
	t.deepEqual(names({labels: ['prod'], states: ['running', 'paused']}), ['web1']);
	t.deepEqual(names({names: []}), []);
});

test('a cluster that contradicts itself is refused', t => {
	const wish = {guests: [], headroom: 'none'} as const;
	const given = (changes: Partial<Cluster>) => () =>
		place({hosts: [host('kvm1')], guests: [], rules: [], lines: [], ...changes}, wish);
	t.throws(given({hosts: [host('kvm1'), host('kvm1')]}), {message: 'kvm1 is in the cluster twice'});
	t.throws(given({guests: [guest('a'), guest('a')]}), {message: 'a is in the cluster twice'});
	t.throws(given({guests: [guest('a', {host: 'kvm7'})]}), {message: /kvm7, which is no host/});
});
