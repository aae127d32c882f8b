import type {Json} from '../../src/steps/step.ts';
import {keepCopy} from './kept.ts';
import {FakeWorld, type GuestOptions} from './world.ts';

/** A world, and what a step is asked to do in it on kvm1. */
export type Case = {readonly title: string; readonly world: () => FakeWorld; readonly params: Json};

const hosts = () => new FakeWorld('kvm1', 'kvm2', 'kvm3');

function withGuest(options: GuestOptions = {}): (world?: FakeWorld) => FakeWorld {
	return (world = hosts()) => {
		world.guest('kvm1', 'web1', options);
		world.guest('kvm1', 'bystander');
		return world;
	};
}

function withBase(options: GuestOptions = {}): () => FakeWorld {
	return () => {
		const world = withGuest({...options, backing: '/images/base.qcow2'})();
		world.put('kvm2', '/images/base.qcow2', {format: 'qcow2', virtualBytes: 64 * 1024 * 1024, data: 'base'});
		return world;
	};
}

/** A guest that has moved to kvm2, and the disks that it has left behind. */
function withLeftovers(): FakeWorld {
	const world = hosts();
	world.guest('kvm2', 'web1', {formats: ['qcow2', 'raw']});
	world.guest('kvm1', 'bystander');
	const virtualBytes = 64 * 1024 * 1024;
	for (const format of ['qcow2', 'raw']) {
		const path = `/old/web1-${format === 'raw' ? 1 : 0}.${format}`;
		world.put('kvm1', path, {format, virtualBytes, data: 'web1 data'});
	}
	return world;
}

/** A guest with an empty drive, whose medium only the destination has. */
function withEmptyDrive(): () => FakeWorld {
	return () => {
		const world = withGuest({cdrom: '/images/cd.iso'})();
		const {domains, files} = world.host('kvm1');
		for (const domain of domains.values()) {
			const disks = domain.disks.map(({path, ...drive}) =>
				drive.cdrom || path === undefined ? drive : {...drive, path},
			);
			domains.set(domain.uuid, {...domain, disks});
		}
		files.delete('/images/cd.iso');
		world.put('kvm2', '/images/cd.iso', {format: 'raw', virtualBytes: 512, data: 'medium'});
		return world;
	};
}

function withMediumThere(): () => FakeWorld {
	return () => {
		const world = withGuest({cdrom: '/images/cd.iso'})();
		world.put('kvm2', '/data/cd.iso', {format: 'raw', virtualBytes: 2048, data: 'medium'});
		return world;
	};
}

function withCordon(): FakeWorld {
	const world = withGuest()();
	world.host('kvm1').cordon = 'cordon {"owner":"alice","reason":"tests"}\ncordon id=b\ncordon until=1800000000';
	return world;
}

function sharing(): FakeWorld {
	const world = hosts();
	world.shared = '/shared/';
	return world;
}

/** A migration of web1 is in progress. */
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

function withImageLeft(): FakeWorld {
	const world = withGuest()();
	world
		.host('kvm2')
		.files.set('/images/web1-0.qcow2', {inode: 900, format: 'qcow2', virtualBytes: 64 * 1024 * 1024, data: 'old'});
	return world;
}

/** kvm1 has what two guests of kvm2 left there, and the record of a copy that somebody has deleted. */
function withKeptCopies(): FakeWorld {
	const world = hosts();
	world.guest('kvm1', 'bystander');
	for (const name of ['web1', 'web2', 'web3']) {
		const guest = world.guest('kvm2', name);
		keepCopy(world, 'kvm1', guest, `/images/${name}-0.qcow2`);
	}
	world.remove('kvm1', '/images/web3-0.qcow2');
	return world;
}

/** kvm2 has what web1 left there, with its record. */
function withKeptCopy(options: GuestOptions = {}): () => FakeWorld {
	return () => {
		const world = withGuest(options)();
		for (const guest of world.host('kvm1').domains.values()) {
			if (guest.name === 'web1') keepCopy(world, 'kvm2', guest, '/images/web1-0.qcow2');
		}
		return world;
	};
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
	clean_disks: [{title: 'two kept copies', world: withKeptCopies, params: {}}],
	delete_source_disks: [
		{
			title: 'two disks',
			world: withLeftovers,
			params: {guest: 'web1', moved_to: 'kvm2', storage_map: {'/old': '/images'}},
		},
	],
	debug: [{title: 'a text', world: hosts, params: {msg: 'hello'}}],
	migrate: [
		{title: 'one disk', world: withGuest(), params: {guest: 'web1', to: 'kvm2'}},
		{title: 'two disks', world: withGuest({formats: ['qcow2', 'raw']}), params: {guest: 'web1', to: 'kvm2'}},
		{title: 'no disk, managed', world: withGuest({formats: []}), params: {guest: 'web1', to: 'kvm2', mode: 'managed'}},
		{title: 'starts with its host', world: withGuest({autostart: true}), params: {guest: 'web1', to: 'kvm3'}},
		{title: 'paused', world: withGuest({state: 'paused'}), params: {guest: 'web1', to: 'kvm2'}},
		{title: 'through a relay', world: withGuest(), params: {guest: 'web1', to: 'kvm2', mode: 'relay'}},
		{
			title: 'with a table of pauses, and post-copy at the deadline',
			world: withGuest(),
			// biome-ignore lint/suspicious/noThenProperty: a word of the playbook.
			params: {guest: 'web1', to: 'kvm2', max_downtime: ['100 ms', '1 s'], deadline: {then: 'postcopy'}},
		},
		{
			title: 'a chain as one image, its definition kept here',
			world: withGuest({backing: '/images/base.qcow2'}),
			params: {guest: 'web1', to: 'kvm2', undefine_source: false},
		},
		{
			title: 'the top of a chain, transient there',
			world: withBase(),
			params: {guest: 'web1', to: 'kvm2', copy_storage: 'inc', persistent: false},
		},
		{
			title: 'other paths there',
			world: withGuest({formats: ['qcow2', 'raw'], autostart: true}),
			params: {guest: 'web1', to: 'kvm2', storage_map: {'/images': '/data/disks'}},
		},
		{
			title: 'on shared storage',
			world: () => withGuest({folder: '/shared', formats: ['raw', 'qcow2']})(sharing()),
			params: {guest: 'web1', to: 'kvm2'},
		},
		{
			title: 'a CD-ROM that is copied',
			world: withGuest({cdrom: '/images/cd.iso'}),
			params: {guest: 'web1', to: 'kvm2', media: 'copy'},
		},
		{
			title: 'a CD-ROM that is ejected, and put in again',
			world: withMediumThere(),
			params: {guest: 'web1', to: 'kvm2', media: 'eject', storage_map: {'/images': '/data'}},
		},
		{
			title: 'a CD-ROM that is ejected for good',
			world: withGuest({cdrom: '/images/cd.iso'}),
			params: {guest: 'web1', to: 'kvm2', media: 'eject'},
		},
		{
			title: 'a CD-ROM that is inserted into an empty drive',
			world: withEmptyDrive(),
			params: {guest: 'web1', to: 'kvm2', insert_media: {sda: '/images/cd.iso'}},
		},
		{
			title: 'shut off, with two disks and a CD-ROM',
			world: withGuest({state: 'shut off', formats: ['qcow2', 'raw'], cdrom: '/images/cd.iso'}),
			params: {guest: 'web1', to: 'kvm2', offline: true, media: 'copy', mode: 'managed'},
		},
		{
			title: 'shut off, encrypted, with a CD-ROM of odd size',
			world: withGuest({state: 'shut off', cdrom: '/images/cd.iso', mediumBytes: 1_000_001}),
			params: {guest: 'web1', to: 'kvm2', offline: true, media: 'copy', tls: true, listen_address: '192.0.2.12'},
		},
		{
			title: 'shut off, with other paths there, starts with its host',
			world: withGuest({state: 'shut off', autostart: true}),
			params: {guest: 'web1', to: 'kvm2', offline: true, storage_map: {'/images': '/data'}},
		},
		{
			title: 'shut off, the top of a chain',
			world: withBase({state: 'shut off'}),
			params: {guest: 'web1', to: 'kvm2', offline: true, copy_storage: 'inc'},
		},
		{
			title: 'shut off, without a disk, its CD-ROM ejected',
			world: withGuest({state: 'shut off', formats: [], cdrom: '/images/cd.iso'}),
			params: {guest: 'web1', to: 'kvm2', offline: true, media: 'eject'},
		},
		{
			title: 'shut down and started, with two disks, starts with its host',
			world: withGuest({formats: ['qcow2', 'raw'], autostart: true}),
			params: {guest: 'web1', to: 'kvm2', stop_and_start: {}},
		},
		{
			title: 'shut down and started, encrypted, with other paths there and a CD-ROM copied',
			world: withGuest({cdrom: '/images/cd.iso'}),
			params: {
				guest: 'web1',
				to: 'kvm2',
				stop_and_start: {timeout: '10 s'},
				media: 'copy',
				tls: true,
				storage_map: {'/images': '/data'},
			},
		},
		{
			title: 'shut down and started, on shared storage',
			world: () => withGuest({folder: '/shared'})(sharing()),
			params: {guest: 'web1', to: 'kvm2', stop_and_start: {}},
		},
		{
			title: 'shut down and started, over a relay, its CD-ROM ejected, its disks deleted at the source',
			world: withGuest({cdrom: '/images/cd.iso'}),
			params: {guest: 'web1', to: 'kvm2', stop_and_start: {}, mode: 'relay', media: 'eject', kept_disks: 'delete'},
		},
		{
			title: 'shut down and started, still defined at the source',
			world: withGuest(),
			params: {guest: 'web1', to: 'kvm2', stop_and_start: {}, undefine_source: false},
		},
		{
			title: 'shut down and started, in place of its kept copy',
			world: withKeptCopy(),
			params: {guest: 'web1', to: 'kvm2', stop_and_start: {}},
		},
		{
			title: 'into the image that it left there',
			world: withImageLeft,
			params: {guest: 'web1', to: 'kvm2', over: [{path: '/images/web1-0.qcow2', identity: '1:900:1700000000'}]},
		},
		{title: 'in place of its kept copy', world: withKeptCopy(), params: {guest: 'web1', to: 'kvm2'}},
		{
			title: 'shut off, in place of its kept copy',
			world: withKeptCopy({state: 'shut off'}),
			params: {guest: 'web1', to: 'kvm2', offline: true},
		},
		{
			title: 'its disks are deleted at the source',
			world: withGuest({formats: ['qcow2', 'raw']}),
			params: {guest: 'web1', to: 'kvm2', kept_disks: 'delete'},
		},
		{
			title: 'in place of its kept copy, one is kept for a while',
			world: withKeptCopy(),
			params: {guest: 'web1', to: 'kvm2', kept_disks: {keep_for: '30 d'}},
		},
	],
	cordon: [
		{title: 'for a reason', world: withGuest(), params: {reason: 'the admin\'s "kernel" update', owner: 'alice'}},
		{title: 'with all defaults', world: withGuest(), params: {}},
	],
	uncordon: [{title: 'a cordoned host', world: withCordon, params: {}}],
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
	preflight: [{title: 'a host', world: withGuest(), params: {to: 'kvm2'}}],
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
	virsh_resume: [{title: 'a paused guest', world: withGuest({state: 'paused'}), params: {guest: 'web1'}}],
	virsh_shutdown: [{title: 'a running guest', world: withGuest(), params: {guest: 'web1'}}],
	virsh_start: [{title: 'a guest that is shut off', world: withGuest({state: 'shut off'}), params: {guest: 'web1'}}],
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
			title: 'told to stay paused there',
			world: withGuest({formats: []}),
			params: {guest: 'web1', to: 'kvm2', live: true, persistent: true, undefine_source: true, suspend: true},
		},
		{
			title: 'through a tunnel',
			world: withGuest({formats: []}),
			params: {guest: 'web1', to: 'kvm2', live: true, p2p: true, tunnelled: true, persistent: true},
		},
		{
			title: 'over four connections, encrypted',
			world: withGuest({formats: []}),
			params: {
				guest: 'web1',
				to: 'kvm2',
				live: true,
				persistent: true,
				undefine_source: true,
				parallel: true,
				parallel_connections: 4,
				tls: true,
				tls_destination: 'kvm2.example',
			},
		},
		{
			title: 'under another name',
			world: withGuest({formats: []}),
			params: {guest: 'web1', to: 'kvm2', live: true, persistent: true, undefine_source: true, dname: 'web1-new'},
		},
		{
			title: 'no disk, transient at the destination',
			world: withGuest({formats: []}),
			params: {guest: 'web1', to: 'kvm2', live: true, auto_converge: true},
		},
	],
	wait_for_connection: [{title: 'a host', world: hosts, params: {timeout: '1 min'}}],
};
