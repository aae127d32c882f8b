import test from 'ava';
import {diffPlans} from '../../src/plan/document/diff.ts';
import {steps} from '../../src/steps/index.ts';
import {changesText} from '../../src/views/plan/diff.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {same} from '../fakes/runner.ts';
import type {FakeWorld} from '../fakes/world.ts';
import {planOf} from './planner.ts';
import {evacuate, guestOf, threeGuests} from './plans.ts';

const changes: readonly {
	readonly what: string;
	readonly change: (world: FakeWorld) => void;
	readonly says: readonly string[];
}[] = [
	{what: 'nothing', change: () => {}, says: ['no changes']},
	{
		what: 'memory',
		change(world) {
			guestOf(world, 'web1').memoryKib = 32768;
		},
		says: ['idle now goes to kvm3, not to kvm2', 'web1: memory grew by 16.0 MiB, to 32.0 MiB'],
	},
	{
		what: 'a stopped guest',
		change(world) {
			guestOf(world, 'web1').state = 'shut off';
		},
		says: [
			'db1 now goes to kvm2, not to kvm3',
			'idle now goes to kvm3, not to kvm2',
			'web1 no longer moves to kvm2: the guest is shut off; only running guests are moved',
			'web1 is now shut off, previously running',
		],
	},
	{
		what: 'a new guest',
		change: world => void world.guest('kvm1', 'aaa'),
		says: ['aaa now moves, from kvm1 to kvm3', 'aaa is new on kvm1'],
	},
	{
		what: 'a disk',
		change(world) {
			const guest = guestOf(world, 'idle');
			guest.disks = [...guest.disks, {target: 'vdx', path: '/images/new.raw', format: 'raw'}];
			world.host('kvm1').files.set('/images/new.raw', {inode: 8, format: 'raw', virtualBytes: 4096, data: 'idle data'});
			const image = world.host('kvm1').files.get('/images/db1-0.qcow2');
			if (image !== undefined)
				world.host('kvm1').files.set('/images/db1-0.qcow2', {...image, virtualBytes: 128 * 1024 * 1024});
		},
		says: [
			'db1: disk vda grew by 64.0 MiB, to 128 MiB',
			'idle has a new disk: vdx',
			'“idle to kvm2” on kvm1 has changed',
		],
	},
];

for (const {what, change, says} of changes) {
	test(`the difference of two plans, in a reviewer’s words: ${what}`, async t => {
		const world = threeGuests();
		const old = await planOf(evacuate, new FakeShell(world));
		change(world);
		const now = await planOf(evacuate, new FakeShell(world));
		same(t, changesText(diffPlans(old, now, steps)).split('\n'), says);
	});
}
