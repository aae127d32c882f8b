import test from 'ava';
import {stepContext} from '../../../src/engine/context.ts';
import {StuckError} from '../../../src/errors.ts';
import {type LiveMove, migrate} from '../../../src/steps/migration/migrate.ts';
import {returnToSource} from '../../../src/steps/migration/take-back.ts';
import type {Json} from '../../../src/steps/step.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {planOn, worldOf} from '../../fakes/rig.ts';
import {type FakeDomain, FakeWorld} from '../../fakes/world.ts';

/** Reasons as libvirt numbers them: of a guest that runs, and of one that is paused. */
const booted = 1;
const migrated = 2;
const byUser = 1;
const migrating = 2;

type Seen = {readonly state: FakeDomain['state']; readonly reason: number} & Partial<FakeDomain>;

type Found = {
	readonly what: string;
	/** What each host has of the guest when its move is taken back; left out: it does not know it. */
	readonly source?: Seen;
	readonly destination?: Seen;
	/** What the playbook asks for. */
	readonly params?: {readonly [key: string]: Json};
	/** It starts with its host. */
	readonly autostart?: true;
	/** virsh's subcommands that are run, with their hosts. */
	readonly runs: readonly string[];
	readonly stuck?: RegExp;
};

const running: Seen = {state: 'running', reason: booted};
const arrived: Seen = {state: 'running', reason: migrated};
// biome-ignore lint/suspicious/noThenProperty: a word of the playbook.
const suspending = {then: 'suspend'} as const;
const image = '/images/web1-0.qcow2';

const cases: readonly Found[] = [
	{what: 'it has never left', source: running, runs: []},
	{what: 'a person has paused it at its source', source: {state: 'paused', reason: byUser}, runs: []},
	{
		what: 'libvirt has left it paused, and the destination has nothing of it',
		source: {state: 'paused', reason: migrating},
		runs: ['resume on kvm1'],
	},
	{
		what: 'it was suspended at its deadline',
		source: {state: 'paused', reason: byUser},
		params: {deadline: suspending},
		runs: ['resume on kvm1'],
	},
	{what: 'it has arrived', destination: arrived, runs: ['migrate on kvm2']},
	{
		what: 'libvirt has left a definition at the destination',
		source: running,
		destination: {state: 'shut off', reason: 1},
		runs: ['undefine on kvm2'],
	},
	{
		what: 'the longest pause was changed for the move',
		source: running,
		params: {max_downtime: '700 ms'},
		runs: ['migrate-setmaxdowntime on kvm1'],
	},
	{
		what: 'libvirt has dropped its start with the host',
		source: {...running, autostart: false},
		autostart: true,
		runs: ['autostart on kvm1'],
	},
	{
		what: 'it runs on both hosts',
		source: running,
		destination: arrived,
		runs: [],
		stuck: /the location of web1 is uncertain: running \(booted\) on kvm1; running \(migrated\) on kvm2$/,
	},
	{
		what: 'no host knows it',
		runs: [],
		stuck: /the location of web1 is uncertain: not defined on kvm1; not defined on kvm2$/,
	},
	{
		what: 'its process has ended',
		source: {state: 'shut off', reason: 3},
		runs: [],
		stuck: /web1 is no longer running: its process has ended\. shut off \(crashed\) on kvm1; not defined on kvm2$/,
	},
];

for (const {what, source, destination, params = {}, autostart = false, runs, stuck} of cases) {
	test(`a move is taken back: ${what}`, async t => {
		const world = new FakeWorld('kvm1', 'kvm2');
		const guest = world.guest('kvm1', 'web1', {autostart});
		const action = await planOn(new FakeShell(world), migrate, {guest: 'web1', to: 'kvm2', ...params});
		const {move, options} = action as unknown as LiveMove;
		place(world, 'kvm1', guest, source);
		place(world, 'kvm2', guest, destination);
		// What the move has copied.
		const copied = world.host('kvm1').files.get(image);
		if (destination !== undefined && copied !== undefined) world.host('kvm2').files.set(image, copied);
		const shell = new FakeShell(world);
		const context = stepContext(worldOf(shell), new AbortController().signal, () => {});
		const error = await returnToSource(move, options, context).then(
			() => undefined,
			(failed: unknown) => failed,
		);
		t.deepEqual(
			shell.writes().map(({host, argv}) => `${argv.find(word => subcommands.has(word)) ?? argv[0]} on ${host}`),
			runs,
		);
		t.is(error instanceof StuckError, stuck !== undefined, String(error));
		t.regex(error instanceof Error ? error.message : 'no error', stuck ?? /^no error$/);
	});
}

const subcommands: ReadonlySet<string> = new Set([
	'resume',
	'migrate',
	'undefine',
	'migrate-setmaxdowntime',
	'autostart',
	'destroy',
]);

function place(world: FakeWorld, host: string, guest: FakeDomain, seen: Seen | undefined): void {
	const {domains} = world.host(host);
	domains.delete(guest.uuid);
	if (seen !== undefined) domains.set(guest.uuid, {...guest, ...seen});
}
