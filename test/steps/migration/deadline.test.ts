import test from 'ava';
import {migrate} from '../../../src/steps/migration/migrate.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {planOn} from '../../fakes/rig.ts';
import {FakeWorld} from '../../fakes/world.ts';

const gib = 1024 ** 3;
const path = '/images/web1-0.qcow2';

type Sized = {readonly title: string; readonly left: boolean; readonly disksMs: number};

const sizes: readonly Sized[] = [
	{title: 'a new image', left: false, disksMs: 1_500_000},
	{title: 'an image that the guest left there', left: true, disksMs: 1_500_000},
];

for (const {title, left, disksMs} of sizes) {
	test(`the deadline of disks grows with their size: ${title}`, async t => {
		const world = new FakeWorld('kvm1', 'kvm2');
		world.guest('kvm1', 'web1');
		const image = {inode: 800, format: 'qcow2', virtualBytes: 10 * gib, data: 'web1'};
		world.host('kvm1').files.set(path, image);
		if (left) world.host('kvm2').files.set(path, {...image, inode: 900});
		const over = left ? {over: [{path, identity: '1:900:1700000000'}]} : {};
		const action = await planOn(new FakeShell(world), migrate, {guest: 'web1', to: 'kvm2', ...over});
		t.like(action, {move: {convergence: {limits: {disksMs}}}});
	});
}
