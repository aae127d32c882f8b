import test from 'ava';
import {stepContext} from '../../../src/engine/context.ts';
import {StepError} from '../../../src/errors.ts';
import type {Command} from '../../../src/shell/command.ts';
import type {Outcome, Shell} from '../../../src/shell/shell.ts';
import {
	adoptMove,
	guestMove,
	moveCommands,
	type PlannedMove,
	runMove,
	verifyMove,
} from '../../../src/steps/migration/run-move.ts';
import {virshMigrate} from '../../../src/steps/virsh/virsh_migrate.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {planOn, worldOf} from '../../fakes/rig.ts';
import {type FakeDomain, FakeWorld} from '../../fakes/world.ts';

/** Reasons as libvirt numbers them: of a guest that runs, and of one that is paused. */
const booted = 1;
const migrated = 2;
const migrating = 2;

type Seen = Partial<FakeDomain> & Pick<FakeDomain, 'state' | 'reason'>;

const arrived: Seen = {state: 'running', reason: migrated};
const options = {live: true, persistent: true, undefine_source: true};

/** What becomes of `virsh migrate` itself: its work is done or not, and then it exits with 1 and this error. */
type Failing = {
	readonly works: boolean;
	readonly error: string;
	readonly after?: (world: FakeWorld, uuid: string) => void;
};

/** A shell in which virsh migrate fails as a test says, each time. */
function failing(inner: FakeShell, {works, error, after}: Failing): Shell {
	return {
		async run(command: Command): Promise<Outcome> {
			if (!command.argv.includes('migrate')) return inner.run(command);
			if (works) await inner.run(command);
			else inner.ran.push(command);
			after?.(inner.world, command.argv[command.argv.indexOf('--domain') + 1] ?? '');
			return {end: 'exited', code: 1, stdout: '', stderr: `error: ${error}\n`, durationMs: 1};
		},
		close: () => inner.close(),
	};
}

async function planned(guest: {readonly autostart?: boolean} = {}, failure?: Failing) {
	const world = new FakeWorld('kvm1', 'kvm2');
	const {uuid} = world.guest('kvm1', 'web1', {formats: [], ...guest});
	const action = await planOn(new FakeShell(world), virshMigrate, {guest: 'web1', to: 'kvm2', ...options});
	const fake = new FakeShell(world);
	const shell = failure === undefined ? fake : failing(fake, failure);
	const context = stepContext(worldOf(shell), new AbortController().signal, () => {});
	const writes = () =>
		fake.writes().map(({host, argv}) => `${argv.find(word => subcommands.has(word)) ?? argv[0]} on ${host}`);
	return {world, uuid, planned: action as unknown as PlannedMove, context, writes};
}

const subcommands: ReadonlySet<string> = new Set(['migrate', 'autostart', 'undefine', 'resume', 'destroy']);

function place(
	{world, uuid}: {readonly world: FakeWorld; readonly uuid: string},
	host: string,
	seen: Seen | undefined,
): void {
	const guest = ['kvm1', 'kvm2'].map(name => world.host(name).domains.get(uuid)).find(one => one !== undefined);
	const {domains} = world.host(host);
	domains.delete(uuid);
	if (seen !== undefined && guest !== undefined) domains.set(uuid, {...guest, ...seen});
}

test('a guest moves, and starts with its new host as it did with the old one', async t => {
	const {world, uuid, planned: move, context, writes} = await planned({autostart: true});
	await runMove(move, context);
	t.deepEqual(writes(), ['migrate on kvm1', 'autostart on kvm2']);
	t.is(moveCommands(move).length, 2, 'exactly what the preview shows');
	t.is(world.host('kvm1').domains.get(uuid), undefined);
	await t.notThrowsAsync(verifyMove(move, context));
});

test('a guest that does not start with its host is moved by one command', async t => {
	const {planned: move, context, writes} = await planned();
	await runMove(move, context);
	t.deepEqual(writes(), ['migrate on kvm1']);
});

test('virsh has failed and the guest is still at its source: the error says why and where it is', async t => {
	const {planned: move, context} = await planned({}, {works: false, error: 'internal error: unable to connect'});
	const error = await t.throwsAsync(runMove(move, context), {instanceOf: StepError});
	t.regex(
		error?.message ?? '',
		/^web1 did not move to kvm2: .*unable to connect.*; the guest is running \(booted\) on kvm1$/,
	);
	t.is(error?.retry, 'may');
});

for (const busy of [
	"internal error: Unable to find an unused port in range 'migration' (49152-49215)",
	'Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainMigratePerform3Params)',
	'operation failed: another migration job is already running for domain web1',
]) {
	test(`it is tried again later when libvirt is busy: ${busy}`, async t => {
		const {planned: move, context} = await planned({}, {works: false, error: busy});
		const error = await t.throwsAsync(runMove(move, context), {instanceOf: StepError});
		t.is(error?.retry, 'busy');
	});
}

test('virsh has failed and the guest has arrived: the move has succeeded, and what is missing is done', async t => {
	const {
		planned: move,
		context,
		writes,
	} = await planned({autostart: true}, {works: true, error: 'End of file while reading data'});
	await t.notThrowsAsync(runMove(move, context));
	t.deepEqual(writes(), ['migrate on kvm1', 'autostart on kvm2']);
	await t.notThrowsAsync(verifyMove(move, context));
});

test('a libvirtd of the source that died in the last moment keeps no definition', async t => {
	const {
		world,
		uuid,
		planned: move,
		context,
		writes,
	} = await planned(
		{},
		{
			works: true,
			error: 'End of file while reading data',
			after(world, uuid) {
				const there = world.host('kvm2').domains.get(uuid);
				if (there !== undefined) world.host('kvm1').domains.set(uuid, {...there, state: 'shut off', reason: 4});
			},
		},
	);
	await runMove(move, context);
	t.deepEqual(writes(), ['migrate on kvm1', 'undefine on kvm1']);
	t.is(world.host('kvm1').domains.get(uuid), undefined);
});

test('a move whose end nobody saw is taken as done, and a virsh that still waits is ended', async t => {
	const rig = await planned({autostart: true});
	place(rig, 'kvm2', {...arrived, autostart: false});
	place(rig, 'kvm1', undefined);
	await adoptMove(rig.planned, rig.context);
	t.deepEqual(rig.writes(), ['autostart on kvm2', 'pkill on kvm1']);
});

test('a move that did not happen is not taken as done', async t => {
	const {planned: move, context, writes} = await planned();
	const error = await t.throwsAsync(adoptMove(move, context), {instanceOf: StepError});
	t.is(error?.message, 'web1 did not move to kvm2: running (booted) on kvm1');
	t.deepEqual(writes(), []);
});

type Wrong = {
	readonly what: string;
	readonly source?: Seen;
	readonly destination?: Seen;
	readonly autostart?: true;
	readonly says: string;
};

const wrong: readonly Wrong[] = [
	{
		what: 'it has no definition at the destination',
		destination: {...arrived, persistent: false},
		says: 'web1 is on kvm2, but the guest is not defined there',
	},
	{
		what: 'its source still has its definition',
		source: {state: 'shut off', reason: 4},
		destination: arrived,
		says: 'web1 is on kvm2, but the guest is still defined on kvm1',
	},
	{
		what: 'it does not start with the destination',
		destination: {...arrived, autostart: false},
		autostart: true,
		says: 'web1 is on kvm2, but autostart is not set there',
	},
	{
		what: 'it is paused by a person',
		destination: {state: 'paused', reason: 1},
		says: 'web1 is on kvm2, but the guest is paused there',
	},
	{
		what: 'several things at once',
		destination: {state: 'paused', reason: 1, persistent: false},
		says: 'web1 is on kvm2, but the guest is not defined there, the guest is paused there',
	},
	{
		what: 'it is at its source, paused by the migration',
		source: {state: 'paused', reason: migrating},
		says: 'web1 did not move to kvm2: paused (migrating) on kvm1',
	},
	{
		what: 'it runs at its source',
		source: {state: 'running', reason: booted},
		says: 'web1 did not move to kvm2: running (booted) on kvm1',
	},
];

for (const {what, source, destination, autostart = false, says} of wrong) {
	test(`a move is not as it should be: ${what}`, async t => {
		const rig = await planned({autostart});
		place(rig, 'kvm2', destination);
		place(rig, 'kvm1', source);
		await t.throwsAsync(verifyMove(rig.planned, rig.context), {instanceOf: StepError, message: says});
		t.deepEqual(rig.writes(), [], 'it only reads');
	});
}

test('what a move has sent is the memory that libvirt tells and the disks; unknown while libvirt tells nothing', async t => {
	const {
		planned: {move},
	} = await planned();
	const job = {type: 'completed', memoryProcessedBytes: 1000, downtimeMs: 20} as const;
	t.like(guestMove(move, {job}, 500), {guest: 'web1', from: 'kvm1', to: 'kvm2', bytes: 1500, downtimeMs: 20});
	t.false('bytes' in guestMove(move, {}, 500));
	t.false('downtimeMs' in guestMove(move, undefined));
});
