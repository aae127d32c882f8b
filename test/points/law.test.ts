import test from 'ava';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {unfinishedActions} from '../../src/engine/recovery/resume.ts';
import type {Shell} from '../../src/shell/shell.ts';
import {steps} from '../../src/steps/index.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {fakeClock, MemoryJournal, worldOf} from '../fakes/rig.ts';
import {run} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {dieAt} from './die-at.ts';
import {type NamedPoint, points, type Scene} from './points.ts';

const playbook = '- hosts: kvm1\n  tasks:\n    - evacuate: {to: "kvm2,kvm3"}\n';

function newWorld(): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'web1', {autostart: true});
	world.guest('kvm1', 'db1', {formats: ['qcow2', 'raw']});
	world.guest('kvm1', 'app1', {autostart: true});
	return world;
}

/** A controller’s ports; in `fails` no destination takes a guest in. */
function portsOf(inner: FakeShell, scene: Scene, journal: MemoryJournal) {
	const shell: Shell = {
		async run(command) {
			if (scene === 'moves' || !command.argv.includes('migrate')) return inner.run(command);
			return {end: 'exited', code: 1, stdout: '', stderr: 'error: refused\n', durationMs: 1};
		},
		close: async () => {},
	};
	return {shell, journal, clock: fakeClock(), hold: async () => {}};
}

/** Runs until it dies, and says whether it did. */
async function runTo(point: NamedPoint, shell: FakeShell, journal: MemoryJournal): Promise<boolean> {
	return new Promise((resolve, reject) => {
		const {hold, clock, ...ports} = dieAt(point, portsOf(shell, point.scene, journal), () => resolve(true));
		const world = {...worldOf(ports.shell), clock};
		run(playbook, {shell: ports.shell, input: {journal: ports.journal, world, hold}}).then(
			() => resolve(false),
			reject,
		);
	});
}

for (const point of points) {
	test(`killed at ${point.name}, resumed: it ends right`, async t => {
		const whole = new FakeShell(newWorld());
		const expected = point.scene === 'fails' ? whole.world.snapshot() : undefined;
		const shell = new FakeShell(newWorld());
		const first = new MemoryJournal();
		t.true(await runTo(point, shell, first), 'it dies there');
		const before = replayJournal(first.records);
		const second = new MemoryJournal();
		if (before.exitCode === undefined) {
			const {hold, clock, ...ports} = portsOf(shell, point.scene, second);
			const world = {...worldOf(ports.shell), clock};
			const {recap} = await run(playbook, {shell: ports.shell, input: {journal: second, world, hold, before}});
			t.is(recap.exitCode, point.scene === 'fails' ? 4 : 0);
		}
		t.deepEqual(shell.broken, []);
		if (expected === undefined) t.is(shell.world.host('kvm1').domains.size, 0);
		else t.deepEqual(shell.world.snapshot(), expected);
		t.deepEqual(
			[...shell.world.hosts.values()].flatMap(({files}) => [...files.keys()].filter(path => path.includes('.vacate-'))),
			[],
		);
		t.deepEqual(unfinishedActions(replayJournal([...first.records, ...second.records]), steps), []);
	});
}
