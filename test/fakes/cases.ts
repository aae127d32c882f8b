import type {Json} from '../../src/steps/step.ts';
import {FakeWorld} from './world.ts';

/** A world, and what a step is asked to do in it on kvm1. */
export type Case = {readonly title: string; readonly world: () => FakeWorld; readonly params: Json};

const hosts = () => new FakeWorld('kvm1', 'kvm2', 'kvm3');

function withGuest(options: Parameters<FakeWorld['guest']>[2] = {}): () => FakeWorld {
	return () => {
		const world = hosts();
		world.guest('kvm1', 'web1', options);
		world.guest('kvm1', 'bystander');
		return world;
	};
}

/** A migration of web1 is under way. */
function withJob(): FakeWorld {
	const world = hosts();
	const {uuid} = world.guest('kvm1', 'web1');
	world.jobs.set(uuid, {source: 'kvm1', polls: 1000, end: () => {}});
	return world;
}

function withText(): FakeWorld {
	const world = hosts();
	world
		.host('kvm1')
		.files.set('/etc/motd', {inode: world.nextInode(), format: 'text', virtualBytes: 0, data: 'before'});
	return world;
}

function withImageThere(): FakeWorld {
	const world = withGuest()();
	world.host('kvm2').files.set('/images/web1-0.qcow2', {
		inode: world.nextInode(),
		format: 'qcow2',
		virtualBytes: 64 * 1024 * 1024,
		data: '',
	});
	return world;
}

/** Every step that acts, with worlds that show all that it does. A test names the steps that have none. */
export const cases: Readonly<Record<string, readonly Case[]>> = {
	assert: [{title: 'true', world: hosts, params: {that: [true]}}],
	command: [{title: 'a command', world: hosts, params: {argv: ['true']}}],
	fail: [{title: 'with a reason', world: hosts, params: {msg: 'enough'}}],
	pause: [{title: 'a while', world: hosts, params: {seconds: 5}}],
	set_fact: [{title: 'two', world: hosts, params: {a: 1, b: [2]}}],
	shell: [{title: 'a line', world: hosts, params: {cmd: 'true'}}],
	stat: [{title: 'an image', world: withGuest(), params: {path: '/images/web1-0.qcow2'}}],
	wait_for: [{title: 'a file', world: withGuest(), params: {path: '/images/web1-0.qcow2'}}],
	copy: [
		{title: 'a new file', world: hosts, params: {dest: '/etc/motd', content: 'hello\n'}},
		{title: 'over another', world: withText, params: {dest: '/etc/motd', content: 'hello\n'}},
	],
	debug: [{title: 'a text', world: hosts, params: {msg: 'hello'}}],
	migrate: [
		{title: 'one disk', world: withGuest(), params: {guest: 'web1', to: 'kvm2'}},
		{title: 'two disks', world: withGuest({formats: ['qcow2', 'raw']}), params: {guest: 'web1', to: 'kvm2'}},
		{title: 'no disk, managed', world: withGuest({formats: []}), params: {guest: 'web1', to: 'kvm2', mode: 'managed'}},
		{title: 'starts with its host', world: withGuest({autostart: true}), params: {guest: 'web1', to: 'kvm3'}},
		{title: 'paused', world: withGuest({paused: true}), params: {guest: 'web1', to: 'kvm2'}},
	],
	qemu_img_create: [
		{title: 'qcow2', world: hosts, params: {path: '/images/new.qcow2', size: '1 GiB'}},
		{title: 'raw', world: hosts, params: {path: '/images/new.raw', size: '1 GiB', format: 'raw'}},
	],
	qemu_img_info: [{title: 'an image', world: withGuest(), params: {path: '/images/web1-0.qcow2'}}],
	reboot: [{title: 'an empty host', world: hosts, params: {}}],
	virsh_domblklist: [{title: 'a guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_domjobinfo: [{title: 'a guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_dumpxml: [{title: 'a guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_list: [{title: 'two guests', world: withGuest(), params: {}}],
	virsh_autostart: [
		{title: 'on', world: withGuest(), params: {guest: 'web1'}},
		{title: 'off', world: withGuest({autostart: true}), params: {guest: 'web1', disable: true}},
	],
	virsh_destroy: [{title: 'a running guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_domjobabort: [
		{title: 'a move', world: withJob, params: {guest: 'web1'}},
		{title: 'its post-copy phase', world: withJob, params: {guest: 'web1', postcopy: true}},
	],
	virsh_domstate: [{title: 'a guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_migrate_compcache: [{title: 'another size', world: withGuest(), params: {guest: 'web1', size: '128 MiB'}}],
	virsh_migrate_getmaxdowntime: [{title: 'a guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_migrate_getspeed: [{title: 'a guest', world: withGuest(), params: {guest: 'web1', postcopy: true}}],
	virsh_migrate_postcopy: [{title: 'a move', world: withJob, params: {guest: 'web1'}}],
	virsh_migrate_setmaxdowntime: [
		{title: 'a longer one', world: withGuest(), params: {guest: 'web1', downtime: '500 ms'}},
	],
	virsh_migrate_setspeed: [
		{title: 'of the memory', world: withGuest(), params: {guest: 'web1', bandwidth_mib: 50}},
		{title: 'of post-copy', world: withGuest(), params: {guest: 'web1', bandwidth_mib: 50, postcopy: true}},
	],
	virsh_resume: [{title: 'a paused guest', world: withGuest({paused: true}), params: {guest: 'web1'}}],
	virsh_shutdown: [{title: 'a running guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_start: [{title: 'a guest that is shut off', world: withGuest({stopped: true}), params: {guest: 'web1'}}],
	virsh_suspend: [{title: 'a running guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_migrate: [
		{
			title: 'a disk, persistent, undefined at the source',
			world: withImageThere,
			params: {
				guest: 'web1',
				to: 'kvm2',
				live: true,
				persistent: true,
				undefine_source: true,
				copy_storage_all: true,
				migrate_disks: ['vda'],
			},
		},
		{
			title: 'no disk, transient at the destination',
			world: withGuest({formats: []}),
			params: {guest: 'web1', to: 'kvm2', live: true, auto_converge: true},
		},
	],
	wait_for_connection: [{title: 'a host', world: hosts, params: {timeout: '1 min'}}],
};
