import test from 'ava';
import {deleteSourceDisks} from '../../src/steps/evacuation/delete_source_disks.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {planOn} from '../fakes/rig.ts';
import {FakeWorld} from '../fakes/world.ts';

/** The image of web1 has a second name, which a guest has as well. */
function linked(world: FakeWorld, name: string, make: (guest: string) => void = () => {}): void {
	make('clone');
	const {files} = world.host('kvm1');
	const file = files.get('/images/web1-0.qcow2');
	if (file !== undefined) files.set(name, file);
	// A symbolic link is no second name.
	if (name !== '/backup/web1.qcow2' && file !== undefined) world.symlinks.add(`kvm1 ${name}`);
}

const deletions = [
	[
		'a guest that the other host does not know',
		{guest: 'nobody', moved_to: 'kvm2'},
		() => {},
		/guest nobody not found on kvm2/,
	],
	[
		'a guest that this host still knows',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => {
			const [web1] = world.host('kvm2').domains.values();
			if (web1 !== undefined) world.host('kvm1').domains.set(web1.uuid, {...web1, state: 'shut off'});
		},
		/web1 is still defined on kvm1/,
	],
	[
		'an image with a snapshot in it, which the copy does not hold',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => {
			const file = world.host('kvm1').files.get('/images/web1-0.qcow2');
			if (file !== undefined) world.put('kvm1', '/images/web1-0.qcow2', {...file, snapshots: ['before']});
		},
		/contains data that the copy lacks: internal snapshot before/,
	],
	[
		'a disk that is not at the other host',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => world.remove('kvm2', '/images/web1-0.qcow2'),
		/may be its only disk/,
	],
	[
		'a disk that both hosts share',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => {
			const file = world.host('kvm2').files.get('/images/web1-0.qcow2');
			if (file !== undefined) world.host('kvm1').files.set('/images/web1-0.qcow2', file);
		},
		/may be the same file/,
	],
	[
		'an image on which another guest stands',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => world.guest('kvm1', 'clone', {backing: '/images/web1-0.qcow2'}),
		/is a backing file of \/images\/clone-0\.qcow2, which clone uses/,
	],
	[
		'an image that another guest uses by another name',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => linked(world, '/images/clone-0.qcow2', name => world.guest('kvm1', name)),
		/is used by clone as \/images\/clone-0\.qcow2/,
	],
	[
		'an image that is a medium of another guest',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => linked(world, '/media/cd', name => world.guest('kvm1', name, {cdrom: '/media/cd'})),
		/is used by clone as \/media\/cd/,
	],
	[
		'an image that is a symbolic link',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => world.symlinks.add('kvm1 /images/web1-0.qcow2'),
		/is a symbolic link; only the link would be deleted/,
	],
	[
		'an image that has another name',
		{guest: 'web1', moved_to: 'kvm2'},
		(world: FakeWorld) => linked(world, '/backup/web1.qcow2'),
		/has 2 hard links; only this one would be deleted/,
	],
] as const;

for (const [title, params, change, says] of deletions) {
	test(`not deleted: ${title}`, async t => {
		const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
		world.guest('kvm2', 'web1');
		world.put('kvm1', '/images/web1-0.qcow2', {format: 'qcow2', virtualBytes: 1, data: 'old'});
		change(world);
		const shell = new FakeShell(world);
		await t.throwsAsync(planOn(shell, deleteSourceDisks, params), {message: says});
		t.deepEqual(shell.writes(), []);
	});
}
