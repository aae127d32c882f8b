import test from 'ava';
import fc from 'fast-check';
import {type AffinityRule, type Cluster, type ClusterGuest, evacuation} from '../../src/placement/cluster.ts';
import {explainer} from '../../src/placement/explain.ts';
import {place} from '../../src/placement/place.ts';
import type {Placement} from '../../src/placement/placement.ts';
import {rejectionText} from '../../src/placement/rejection.ts';
import {selectGuests} from '../../src/placement/select.ts';
import {cases20, guest, host} from './clusters.ts';
import {after, broken, brokenAtTheEnd, sum} from './judge.ts';

const gib = 1024 ** 2;

const noRuleIsBroken = test.macro((t, runs: fc.Parameters<unknown>) => {
	fc.assert(
		fc.property(cases20, ({cluster, request}) => {
			const {moves} = place(cluster, request);
			const where = after(cluster, moves);
			t.deepEqual([...broken(cluster, where), ...brokenAtTheEnd(cluster, request, where)], []);
			t.true(moves.every(({guest: id}) => request.guests.includes(id)));
		}),
		runs,
	);
	t.pass();
});

test('no placement breaks a hard rule', noRuleIsBroken, {numRuns: 400});

test('no placement breaks a hard rule when guests moved to hosts where others stay', noRuleIsBroken, {
	numRuns: 16,
	seed: -135680810,
});

test('every requested guest either moves or is left with a reason', t => {
	fc.assert(
		fc.property(cases20, ({cluster, request}) => {
			const {moves, left} = place(cluster, request);
			t.deepEqual([...moves, ...left].map(({guest: id}) => id).sort(), [...request.guests].sort());
			for (const {host: home, why} of left) {
				if (why.code !== 'no_home') continue;
				const rejected = sum(why.rejections.map(({hosts}) => hosts));
				t.true(rejected >= 1 && rejected < cluster.hosts.length, home);
				t.false(request.headroom === 'none' && why.rejections.some(({rejection}) => rejection.code === 'headroom'));
			}
		}),
		{numRuns: 100},
	);
	t.pass();
});

test('the order of hosts, guests, rules and lists does not change the result', t => {
	const shuffled = <T>(items: readonly T[]) =>
		fc.shuffledSubarray([...items], {minLength: items.length, maxLength: items.length});
	const twice = cases20.chain(one =>
		fc.tuple(
			fc.constant(one),
			shuffled(one.cluster.hosts),
			shuffled(one.cluster.guests),
			shuffled(one.cluster.rules),
			shuffled(one.request.guests),
		),
	);
	fc.assert(
		fc.property(twice, ([{cluster, request}, hosts, guests, rules, asked]) => {
			const reversed = guests.map(one => ({...one, pins: one.pins.toReversed(), disks: one.disks.toReversed()}));
			const other = place(
				{...cluster, hosts, guests: reversed, rules: rules.map(one => ({...one, guests: one.guests.toReversed()}))},
				{...request, guests: asked},
			);
			t.is(JSON.stringify(other), JSON.stringify(place(cluster, request)));
		}),
		{numRuns: 60},
	);
	t.pass();
});

type Example = {
	readonly cluster: Partial<Cluster>;
	readonly headroom?: 'one_host';
	/** The guests that should leave; by default all guests of kvm1. */
	readonly asks?: readonly string[];
	/** Guest to destination, with the mode if it is not live. */
	readonly goes: Readonly<Record<string, string>>;
	/** Guest to the first reason shown to the user. */
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
	'guests are distributed by memory share, not by size': {
		cluster: {hosts: [small('kvm2', 30), small('kvm3', 10)], guests: [sized('a', 6), sized('b', 2), sized('c', 1)]},
		goes: {a: 'kvm2', b: 'kvm3', c: 'kvm2'},
	},
	'if only one guest fits, the one with the higher priority moves': {
		cluster: {hosts: [small('kvm2', 8)], guests: [sized('a', 4), sized('b', 4), sized('c', 8, {priority: 1})]},
		goes: {c: 'kvm2'},
		stays: {a: /4096 MiB of memory needed, 0 MiB free/, b: /memory/},
	},
	'two small guests are preferred to one large one': {
		cluster: {hosts: [small('kvm2', 8)], guests: [sized('a', 8), sized('b', 4), sized('c', 4)]},
		goes: {b: 'kvm2', c: 'kvm2'},
		stays: {a: /memory/},
	},
	'memory used by other processes is not available': {
		cluster: {hosts: [host('kvm2', {freeKib: 3 * gib})], guests: [sized('a', 4)]},
		goes: {},
		stays: {a: /3072 MiB free/},
	},
	'the reserve of a host is respected': {
		cluster: {
			hosts: [host('kvm2', {memoryKib: 8 * gib, freeKib: 8 * gib, reserveKib: 5 * gib})],
			guests: [sized('a', 4)],
		},
		goes: {},
		stays: {a: /3072 MiB free/},
	},
	'overcommit allows more memory than the host has': {
		cluster: {
			hosts: [host('kvm2', {memoryKib: 8 * gib, freeKib: 8 * gib, memoryOvercommit: 1.5})],
			guests: [sized('a', 12)],
		},
		goes: {a: 'kvm2'},
	},
	'CPUs are overcommitted up to the limit': {
		cluster: {
			hosts: [host('kvm2', {cpus: 4, cpuOvercommit: 2})],
			guests: [guest('a', {vcpus: 4}), guest('b', {vcpus: 4}), guest('c', {vcpus: 1})],
		},
		goes: {a: 'kvm2', b: 'kvm2'},
		stays: {c: /1 CPUs needed, 0 free/},
	},
	'a guest never has more CPUs than its host': {
		cluster: {hosts: [host('kvm2', {cpus: 4, cpuOvercommit: 8})], guests: [guest('a', {vcpus: 5})]},
		goes: {},
		stays: {a: /has 5 virtual CPUs, the host has 4 CPUs/},
	},
	'images need space in the pool that contains their path': {
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
		stays: {a: /10\.0 GiB needed in \/images, 5\.0 GiB free/},
	},
	'a disk on shared storage takes no space at a destination that shares it': {
		cluster: {
			hosts: [host('kvm2', {pools: []}), host('kvm3', {pools: [], storages: ['nfs']})],
			guests: [guest('a', {disks: guest('a').disks.map(disk => ({...disk, storage: 'nfs'}))})],
		},
		goes: {a: 'kvm3'},
	},
	'pins and exclusions are respected': {
		cluster: {
			hosts: [small('kvm2', 64), small('kvm3', 16), small('kvm4', 64)],
			guests: [sized('a', 8, {pins: ['kvm3', 'kvm9']}), sized('b', 8, {avoids: ['kvm2', 'kvm3']})],
		},
		goes: {a: 'kvm3', b: 'kvm4'},
	},
	'a guest pinned to a host that rejects it stays, with the reason': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3', {closed: 'it is in maintenance'})],
			guests: [guest('a', {pins: ['kvm3']})],
		},
		goes: {},
		stays: {a: /it is in maintenance/},
	},
	'guests that belong together all move to one host or all stay': {
		cluster: {
			hosts: [small('kvm2', 8), small('kvm3', 12)],
			guests: [sized('a', 5), sized('b', 5), sized('c', 4), sized('d', 6), sized('e', 7)],
			rules: [rule('together', 'hard', ['a', 'b']), {...rule('together', 'hard', ['d', 'e']), name: 'too large'}],
		},
		goes: {a: 'kvm3', b: 'kvm3', c: 'kvm2'},
		stays: {d: /13312 MiB of memory needed/, e: /13312 MiB of memory needed/},
	},
	'a guest joins the one that stays on another host': {
		cluster: {
			hosts: [small('kvm2', 64), small('kvm3', 16)],
			guests: [sized('a', 8), sized('b', 1, {host: 'kvm3'})],
			rules: [rule('together', 'hard', ['a', 'b'])],
		},
		goes: {a: 'kvm3'},
	},
	'a guest stays with the one that cannot move': {
		cluster: {
			hosts: [host('kvm2')],
			guests: [guest('a'), guest('b', {policy: 'leave'})],
			rules: [rule('together', 'hard', ['a', 'b'])],
		},
		goes: {},
		stays: {a: /requires it to be with guests on other hosts/, b: /^leave$/},
	},
	'guests that must be apart are, also from guests already on a host': {
		cluster: {
			hosts: [host('kvm2'), small('kvm3', 8), small('kvm4', 8)],
			guests: [guest('a'), guest('b'), guest('c', {host: 'kvm3'})],
			rules: [rule('apart', 'hard', ['a', 'b', 'c'])],
		},
		goes: {a: 'kvm2', b: 'kvm4'},
	},
	'apart can apply to zones': {
		cluster: {
			hosts: [host('kvm2', {zone: 'x'}), host('kvm3', {zone: 'x'}), small('kvm4', 8)],
			guests: [guest('a'), guest('b')],
			rules: [{...rule('apart', 'hard', ['a', 'b']), across: 'zone'}],
		},
		goes: {a: 'kvm2', b: 'kvm4'},
	},
	'with contradictory rules the guests stay where they are': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3')],
			guests: [guest('a'), guest('b')],
			rules: [rule('apart', 'hard', ['a', 'b']), rule('together', 'hard', ['a', 'b'])],
		},
		goes: {},
		stays: {a: /apart/, b: /apart/},
	},
	'a soft rule decides between equally full hosts': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3')],
			guests: [sized('a', 8), sized('b', 8), sized('c', 8), sized('d', 8)],
			rules: [rule('together', 'soft', ['a', 'c']), {...rule('apart', 'soft', ['a', 'b', 'd']), name: 'spread'}],
		},
		goes: {a: 'kvm2', b: 'kvm3', c: 'kvm2', d: 'kvm3'},
	},
	'a preferred host is chosen unless it would be the fullest': {
		cluster: {
			hosts: [host('kvm2'), host('kvm3')],
			guests: [sized('a', 16), sized('b', 4, {prefers: ['kvm3']}), sized('c', 4, {prefers: ['kvm3']})],
		},
		goes: {a: 'kvm2', b: 'kvm3', c: 'kvm3'},
	},
	'a slow link is used only by guests without an alternative': {
		cluster: {
			hosts: [host('kvm2', {bytesPerSecond: 1024 ** 2}), host('kvm3')],
			guests: [sized('a', 4), sized('b', 4, {disks: guest('b').disks.map(disk => ({...disk, dataBytes: 1024 ** 4}))})],
		},
		goes: {a: 'kvm2', b: 'kvm3'},
	},
	'a guest that cannot move live moves cold if its policy allows it': {
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
	'a live move is preferred to a cold one': {
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
	'with headroom, any one host may fail afterwards': {
		cluster: {
			hosts: [small('kvm2', 10), small('kvm3', 10), small('kvm4', 10)],
			guests: [sized('a', 6), sized('b', 6), sized('c', 6), sized('d', 4)],
		},
		headroom: 'one_host',
		goes: {a: 'kvm2', b: 'kvm3', d: 'kvm4'},
		stays: {c: /could not take over/},
	},
	'a guest uses the capacity of one that leaves': {
		cluster: {
			hosts: [small('kvm1', 10), small('kvm2', 10), small('kvm3', 10)],
			guests: [sized('a', 6, {pins: ['kvm2']}), sized('b', 6, {host: 'kvm2'})],
		},
		asks: ['a', 'b'],
		goes: {a: 'kvm2', b: 'kvm3'},
	},
	'guests that exchange hosts need capacity for both at once': {
		cluster: {
			hosts: [small('kvm1', 10), small('kvm2', 10)],
			guests: [sized('a', 6), sized('b', 6, {host: 'kvm2'})],
		},
		asks: ['a', 'b'],
		goes: {},
		stays: {a: /6144 MiB of memory needed, 4096 MiB free/, b: /memory/},
	},
};

for (const [title, {cluster, headroom = 'none', asks, goes, stays = {}}] of Object.entries(examples)) {
	test(title, t => {
		const hosts = cluster.hosts ?? [];
		const all = hosts.some(({name}) => name === 'kvm1')
			? hosts
			: [host('kvm1', {closed: 'the host is being evacuated'}), ...hosts];
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

test('an evacuation closes the hosts and requests all their guests', t => {
	const hosts = [host('kvm1'), host('kvm2'), host('kvm3')];
	const guests = [guest('a'), guest('b', {host: 'kvm2'}), guest('c', {host: 'kvm3'})];
	const {cluster, request} = evacuation({hosts, guests, rules: [], lines: []}, ['kvm1', 'kvm2']);
	t.deepEqual(request, {guests: ['a', 'b'], headroom: 'none'});
	t.deepEqual(
		place(cluster, request).moves.map(({destination}) => destination),
		['kvm3', 'kvm3'],
	);
});

test('each host is chosen or rejected with a reason', t => {
	const cluster: Cluster = {
		hosts: [
			host('kvm1', {closed: 'the host is being evacuated'}),
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
	const request = {guests: ['a'], headroom: 'none'} as const;
	const explain = explainer(cluster, request, place(cluster, request));
	t.deepEqual(
		explain('a').map(
			({host: name, rejection}) => `${name}: ${rejection === 'chosen' ? rejection : rejectionText(rejection)}`,
		),
		[
			'kvm1: the guest is on this host now',
			'kvm2: chosen',
			'kvm3: the host would be 80.0 % full; no destination exceeds 12.5 %',
			'kvm4: 8192 MiB of memory needed, 3072 MiB free',
			'kvm5: another run holds its lock',
			'kvm6: the host would be 25.0 % full; no destination exceeds 12.5 %',
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

test('an inconsistent cluster is refused', t => {
	const request = {guests: [], headroom: 'none'} as const;
	const given = (changes: Partial<Cluster>) => () =>
		place({hosts: [host('kvm1')], guests: [], rules: [], lines: [], ...changes}, request);
	t.throws(given({hosts: [host('kvm1'), host('kvm1')]}), {message: 'duplicate kvm1 in the cluster'});
	t.throws(given({guests: [guest('a'), guest('a')]}), {message: 'duplicate a in the cluster'});
	t.throws(given({guests: [guest('a', {host: 'kvm7'})]}), {message: /kvm7, which is not a host/});
});
