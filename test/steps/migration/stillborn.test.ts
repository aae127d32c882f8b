import test from 'ava';
import {stepContext} from '../../../src/engine/context.ts';
import {CommandError, StuckError} from '../../../src/errors.ts';
import type {Command} from '../../../src/shell/command.ts';
import type {Outcome, Shell} from '../../../src/shell/shell.ts';
import {endNeverStarted} from '../../../src/steps/migration/location/never-started.ts';
import type {ResolvedLocation} from '../../../src/steps/migration/location/resolve-location.ts';
import type {GuestMigration} from '../../../src/steps/migration/move.ts';
import {worldOf} from '../../fakes/rig.ts';

const uuid = '00000000-0000-4000-8000-000000000102';
const move: GuestMigration = {
	guest: 'web1',
	uuid,
	source: 'kvm1',
	destination: 'kvm2',
	peer: {host: 'kvm2', address: 'kvm2', uri: 'qemu+ssh://root@kvm2/system'},
	home: {host: 'kvm1', address: 'kvm1', uri: 'qemu+ssh://root@kvm1/system'},
	paused: false,
	off: false,
	persistent: true,
	persistentHere: false,
	persistentThere: true,
	definedThere: false,
	autostart: false,
	memoryKib: 65_536,
};
const entry = {uuid, name: 'web1', autostart: false, memoryKib: 65_536, vcpus: 1} as const;
const begunThere: ResolvedLocation = {
	at: 'incoming',
	source: {...entry, persistent: true, state: 'running', reason: 'booted'},
	destination: {...entry, persistent: false, state: 'paused', reason: 'starting up'},
};

/** Answers each program with an exit code and an error. */
class Answers implements Shell {
	readonly ran: string[] = [];
	constructor(readonly codes: Readonly<Record<string, readonly [number, string]>>) {}

	async run({host, argv}: Command): Promise<Outcome> {
		const word = argv.includes('destroy') ? 'destroy' : (argv[0] ?? '');
		this.ran.push(`${word} on ${host}`);
		const [code = 0, stderr = ''] = this.codes[word] ?? [];
		return {end: 'exited', code, stdout: '', stderr, durationMs: 1};
	}

	async close(): Promise<void> {}
}

async function end(shell: Shell, settled: ResolvedLocation): Promise<unknown> {
	const context = stepContext(worldOf(shell), new AbortController().signal, () => {});
	return endNeverStarted(move, settled, context).catch(error => error);
}

const lock = 'error: Timed out during operation: cannot acquire state change lock (held by monitor)';

test('a libvirt that does not let go of a guest that it has no process of is left to a person, with what to do', async t => {
	const shell = new Answers({destroy: [1, lock], pgrep: [1, '']});
	const error = await end(shell, begunThere);
	t.deepEqual(shell.ran, ['destroy on kvm2', 'pgrep on kvm2']);
	if (!(error instanceof StuckError)) return t.fail(String(error));
	t.regex(
		error.message,
		/^web1 is on kvm1; libvirt on kvm2 keeps an incoming migration job for the guest that has no process$/,
	);
	t.regex(
		error.remedies.join('\n'),
		/systemctl stop libvirtd && rm \/run\/libvirt\/qemu\/web1\.xml && .*\(on kvm2\)\n.*vacate resume last/,
	);
});

for (const [what, codes] of [
	['a lock while there is a process may be let go of', {destroy: [1, lock], pgrep: [0, '']}],
	['any other refusal is tried again', {destroy: [1, 'error: Cannot recv data: Connection reset by peer']}],
] as const) {
	test(what, async t => t.true((await end(new Answers(codes), begunThere)) instanceof CommandError));
}

test('a guest that may still arrive, or whose source has lost it, is not touched', async t => {
	const shell = new Answers({});
	const lost: ResolvedLocation = {
		...begunThere,
		source: {...entry, persistent: true, state: 'shut off', reason: 'crashed'},
	};
	const {destination} = begunThere;
	const comes: ResolvedLocation = {
		...begunThere,
		destination: destination && {...destination, state: 'paused', reason: 'migrating'},
	};
	for (const settled of [lost, comes]) t.is(await end(shell, settled), settled);
	t.deepEqual(shell.ran, []);
});
