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
	qemu_img_check: [{title: 'an image', world: withGuest(), params: {path: '/images/web1-0.qcow2'}}],
	qemu_img_compare: [
		{
			title: 'two images',
			world: withGuest(),
			params: {path: '/images/web1-0.qcow2', with: '/images/bystander-0.qcow2'},
		},
	],
	qemu_img_convert: [
		{
			title: 'to raw',
			world: withGuest(),
			params: {path: '/images/web1-0.qcow2', dest: '/images/copy.raw', dest_format: 'raw'},
		},
	],
	qemu_img_resize: [{title: 'larger', world: withGuest(), params: {path: '/images/web1-0.qcow2', size: '1 GiB'}}],
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
