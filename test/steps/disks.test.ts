import test from 'ava';
import {StepError} from '../../src/errors.ts';
import {mayBeOneFile, type PathFact} from '../../src/files/stat.ts';
import {mapPath} from '../../src/steps/migration/disks/storage-map.ts';
import {unsafeTarget} from '../../src/steps/migration/disks/target-path.ts';
import {definitionsAfter} from '../../src/steps/migration/plan-move.ts';
import type {DomainDisk} from '../../src/virsh/definition/dumpxml.ts';
import {parseQemuConf} from '../../src/virsh/migration/qemu-conf.ts';
import {
	cdrom,
	confText,
	copyThere,
	gib,
	image,
	layered,
	layers,
	plain,
	planned,
	type Scene,
	uuid,
} from './disk-plans.ts';

const roomy = {exists: true, fileSystem: 'f1', freeBytes: 100 * gib};

test('a path goes where the longest entry of the map says', t => {
	const map = {'/images': '/data', '/images/fast/': '/nvme', '/images/one.raw': '/dev/vg/one', '/': '/all'};
	for (const [path, place] of [
		['/images/web1.qcow2', '/data/web1.qcow2'],
		['/images/fast/web1.qcow2', '/nvme/web1.qcow2'],
		['/images/one.raw', '/dev/vg/one'],
		['/images2/web1.qcow2', '/all/images2/web1.qcow2'],
	] as const) {
		t.is(mapPath(path, map), place);
	}
	t.is(mapPath('/images/web1.qcow2'), '/images/web1.qcow2');
});

test('only what has one inode and one birth may be one file', t => {
	const file = (identity: string): PathFact => ({type: 'file', identity, bytes: 1, mode: '600', owner: 'root:root'});
	for (const [one, other, may] of [
		['1:7:100', '2:7:100', true],
		['1:7:100', '2:7:0', true],
		['1:7:-', '2:7:100', true],
		['1:7:100', '2:7:101', false],
		['1:7:100', '1:8:100', false],
	] as const) {
		t.is(mayBeOneFile(file(one), file(other)), may, `${one} ${other}`);
	}
	t.false(mayBeOneFile(file('1:7:100'), {type: 'absent'}));
});

test('a folder in which only root and the accounts of libvirt can replace files is accepted, another if it is allowed', t => {
	for (const [mode, owner] of [
		['711', 'root:root'],
		['1777', 'root:root'],
		['775', 'root:libvirt'],
		['755', 'libvirt-qemu:kvm'],
		['755', 'vdsm:kvm'],
	] as const) {
		t.notThrows(() => planned({facts: {'kvm2 folder': {...roomy, mode, owner}}}), `${mode} ${owner}`);
	}
	const facts = {'kvm2 folder': {...roomy, mode: '777', owner: 'mallory:mallory'}};
	t.notThrows(() => planned({requested: {writable_folders: 'allow'}, facts}));
});

/** The table of docs/moving.md, which is libvirt’s. */
const table = [
	// persistent here, had there, asked: persistent, undefine_source; then: there, here
	[true, false, undefined, undefined, true, false],
	[true, false, true, true, true, false],
	[true, false, true, false, true, true],
	[true, false, false, true, false, false],
	[true, false, false, false, false, true],
	[true, true, undefined, undefined, true, false],
	[true, true, true, true, true, false],
	[true, true, true, false, true, true],
	[true, true, false, true, true, false],
	[true, true, false, false, true, true],
	[false, false, undefined, undefined, false, false],
	[false, false, true, true, true, false],
	[false, false, true, false, true, false],
	[false, false, false, true, false, false],
	[false, true, undefined, undefined, true, false],
	[false, true, true, false, true, false],
	[false, true, false, true, true, false],
] as const;

for (const [persistent, definedThere, asked, undefine_source, persistentThere, persistentHere] of table) {
	const title = `${persistent ? 'persistent' : 'transient'}, ${definedThere ? 'known' : 'not known'} there, persistent ${asked}, undefined ${undefine_source}`;
	test(`definitions: ${title}`, t => {
		t.deepEqual(definitionsAfter({persistent, definedThere}, {persistent: asked, undefine_source}), {
			persistentThere,
			persistentHere,
		});
	});
}

const readOnly: DomainDisk = {...plain, target: 'vdb', path: '/ro/data.raw', format: 'raw', readonly: true};

test('a path at which an image is created: no system folder, nothing hidden, nothing relative', t => {
	const unsafe = {
		'/etc/cron.d/web1': '/etc is a system folder',
		'/usr/bin/web1': '/usr is a system folder',
		'/var/spool/cron/crontabs/root': '/var/spool is a system folder',
		'/root/.ssh/authorized_keys2': 'it contains a hidden file or folder',
		'/images/../etc/web1': 'it contains an empty component, . or ..',
		'/images//web1': 'it contains an empty component, . or ..',
		'json:{"file.filename":"/etc/shadow"}': 'it is not an absolute path',
		'nbd://host/export': 'it is not an absolute path',
	};
	for (const [path, why] of Object.entries(unsafe)) t.is(unsafeTarget(path), why, path);
	for (const path of [
		'/var/lib/libvirt/images/web1.qcow2',
		'/var/lib/libvirt/qemu/nvram/web1_VARS.fd',
		'/srv/web1.raw',
		'/etcetera/web1.raw',
		'/home/ops/.local/share/libvirt/images/web1.qcow2',
	])
		t.is(unsafeTarget(path), undefined, path);
});

const refusals: Readonly<Record<string, Scene & {readonly says: RegExp; readonly remedy: RegExp}>> = {
	'an encrypted disk': {disks: [{...plain, encrypted: true}], says: /is encrypted/, remedy: /virsh_migrate/},
	'an encrypted image': {
		facts: {
			'kvm1 image': [{path: '/x', format: 'qcow2', virtualBytes: 1, actualBytes: 1, options: {}, encrypted: true}],
		},
		says: /is encrypted/,
		remedy: /virsh_migrate/,
	},
	'a path in a system folder': {
		disks: [{...plain, path: '/etc/cron.d/web1'}],
		says: /web1: disk vda: cannot create \/etc\/cron.d\/web1 on kvm2: \/etc is a system folder/,
		remedy: /storage_map/,
	},
	'an option that no image has': {
		facts: {
			'kvm1 image': [
				{path: '/x', format: 'qcow2', virtualBytes: 1, actualBytes: 1, options: {}, unknownOptions: ['compat "2.0"']},
			],
		},
		says: /has options that vacate does not know: compat "2.0"/,
		remedy: /virsh_migrate/,
	},
	'data in a file of its own': {
		facts: {
			'kvm1 image': [{path: '/x', format: 'qcow2', virtualBytes: 1, actualBytes: 1, options: {}, dataFile: '/d'}],
		},
		says: /has an external data file, \/d/,
		remedy: /create both/,
	},
	'a secret that the destination lacks': {
		disks: [{target: 'vda', device: 'disk', type: 'network', format: 'raw', readonly: false, shareable: false}],
		definition: {secrets: [uuid]},
		says: /requires the libvirt secret .*0001, which does not exist on kvm2/,
		remedy: /secret-set-value/,
	},
	'a disk that others write to, not shared': {
		disks: [{...plain, shareable: true}],
		says: /other guests may write to it/,
		remedy: /kvm1 and kvm2 share/,
	},
	'nothing shall be copied, and it is not shared': {
		requested: {copy_storage: 'none'},
		says: /copy_storage is none/,
		remedy: /kvm1 and kvm2 share/,
	},
	'another file in its place': {
		facts: {'kvm2 path': {type: 'file', identity: '1:9:200', bytes: 1, mode: '600', owner: 'root:root'}},
		says: /exists on kvm2, and vacate never overwrites a file it did not create/,
		remedy: /move it away/,
	},
	'no folder': {
		facts: {'kvm2 folder': {exists: false}},
		says: /the directory \/images for .* does not exist on kvm2/,
		remedy: /install -d/,
	},
	'a folder that a group can write to': {
		facts: {'kvm2 folder': {...roomy, mode: '775', owner: 'root:mallory'}},
		says: /web1: cannot create \/images\/web1\.qcow2 on kvm2: the group mallory can write to \/images \(mode 775, root:mallory\)/,
		remedy: /chmod 0711 \/images \(on kvm2\); or set writable_folders: allow/,
	},
	'a folder that all users can write to': {
		facts: {'kvm2 folder': {...roomy, mode: '777', owner: 'root:root'}},
		says: /all users can write to \/images/,
		remedy: /writable_folders: allow/,
	},
	'a folder of another user': {
		facts: {'kvm2 folder': {...roomy, mode: '1755', owner: 'mallory:root'}},
		says: /the user mallory can write to \/images/,
		remedy: /chown root:root \/images/,
	},
	'two disks that fit one by one, and not together': {
		disks: [plain, {...plain, target: 'vdb', path: '/other/b.qcow2'}],
		facts: {'kvm2 folder': {exists: true, fileSystem: 'f1', freeBytes: 1.9 * gib}},
		says: /disks require 2048 MiB/,
		remedy: /df --human-readable/,
	},
	'a volume of a pool': {
		disks: [{target: 'vda', device: 'disk', type: 'volume', format: 'raw', readonly: false, shareable: false}],
		says: /has the type volume/,
		remedy: /virsh edit/,
	},
	'a device, and nothing said': {
		disks: [{...plain, type: 'block', path: '/dev/vg/a', format: 'raw'}],
		says: /devices are overwritten only with block_devices: overwrite/,
		remedy: /block_devices: overwrite/,
	},
	'a device of another size': {
		disks: [{...plain, type: 'block', path: '/dev/vg/a', format: 'raw'}],
		requested: {block_devices: 'overwrite'},
		facts: {
			'kvm2 path': {type: 'block', identity: '1:9:200', bytes: 0, mode: '660', owner: 'root:disk'},
			'kvm2 image': [{path: '/dev/vg/a', format: 'raw', virtualBytes: 11 * gib, actualBytes: 0, options: {}}],
		},
		says: /has 11811160064 bytes instead of 10737418240/,
		remedy: /the same size/,
	},
	'an image with a snapshot and a bitmap in it': {
		facts: {
			'kvm1 image': [{...image, contents: ['internal snapshot before', 'bitmap backup-0']}],
		},
		says: /contains data that a copy lacks: internal snapshot before, bitmap backup-0/,
		remedy: /image_contents: drop/,
	},
	'the same, of a guest that is shut off': {
		facts: {'kvm1 image': [{...image, contents: ['internal snapshot before']}]},
		mode: 'cold',
		says: /contains data that a copy lacks/,
		remedy: /qemu-img snapshot -d/,
	},
	'an image that is declared as raw and is not': {
		disks: [{...plain, format: 'raw'}],
		facts: {'kvm1 image': [{...image, format: 'raw', looksLike: 'qcow2'}]},
		says: /is declared as raw, but its content is qcow2/,
		remedy: /virsh edit/,
	},
	'an encrypted image below the top': {
		facts: {'kvm1 image': [image, {...image, path: '/base', encrypted: true}]},
		says: /is encrypted/,
		remedy: /virsh_migrate/,
	},
	'a name that no file system holds': {
		requested: {storage_map: {'/images/web1.qcow2': `/data/${'a'.repeat(256)}`}},
		says: /cannot create \/data\/a+ on kvm2: the file name has 256 bytes; the maximum is 255/,
		remedy: /storage_map/,
	},
	'a device that a guest there uses': {
		disks: [{...plain, type: 'block', path: '/dev/vg/a', format: 'raw'}],
		requested: {block_devices: 'overwrite'},
		facts: {
			'kvm2 path': {type: 'block', identity: '1:9:200', bytes: 0, mode: '660', owner: 'root:disk'},
			'kvm2 image': [{path: '/dev/vg/a', format: 'raw', virtualBytes: 10 * gib, actualBytes: 0, options: {}}],
			'kvm2 disk-users': {
				uses: [{uuid: 'other', guest: 'db1', path: '/dev/dm-1', identity: '1:9:0'}],
				unresolved: [],
			},
		},
		says: /\/dev\/vg\/a on kvm2 is used by db1 as \/dev\/dm-1/,
		remedy: /another device/,
	},
	'a TPM of a guest that is shut off': {
		definition: {tpm: true},
		mode: 'cold',
		says: /has a TPM/,
		remedy: /move it live/,
	},
	'a read-only disk that is another file there': {
		disks: [plain, readOnly],
		facts: {'kvm2 path /ro/data.raw': copyThere, 'kvm2 digest': 'abd'},
		says: /\/ro\/data\.raw on kvm2 is not the same file as \/ro\/data\.raw on kvm1/,
		remedy: /sha256sum \/ro\/data\.raw \(on kvm1\)/,
	},
	'a CD-ROM that is a larger file there': {
		disks: [plain, cdrom],
		facts: {'kvm2 path /iso/cd.iso': {...copyThere, bytes: 2}},
		says: /\/iso\/cd\.iso on kvm2 is not the same file/,
		remedy: /set media: eject/,
	},
	'a medium that shall be copied, and another file there': {
		disks: [plain, readOnly],
		requested: {media: 'copy'},
		facts: {'kvm2 path /ro/data.raw': copyThere, 'kvm2 digest': 'abd'},
		says: /is not the same file/,
		remedy: /move it away/,
	},
	'a read-only disk whose lower image is another file there': {
		disks: [plain, layered],
		facts: {
			'kvm1 image /ro/top.qcow2': layers,
			'kvm2 path /ro/top.qcow2': copyThere,
			'kvm2 path /ro/base.qcow2': {...copyThere, bytes: 3},
		},
		says: /\/ro\/base\.qcow2 on kvm2 is not the same file/,
		remedy: /sha256sum \/ro\/base\.qcow2/,
	},
	'a read-only disk without its lower image there': {
		disks: [plain, layered],
		facts: {'kvm1 image /ro/top.qcow2': layers, 'kvm2 path /ro/top.qcow2': copyThere},
		says: /disk vdb \(\/ro\/top\.qcow2\) has the backing file \/ro\/base\.qcow2, which does not exist on kvm2/,
		remedy: /media: copy/,
	},
	'a lower image that storage_map moves': {
		disks: [plain, layered],
		requested: {media: 'copy', storage_map: {'/ro': '/rw'}},
		facts: {'kvm1 image /ro/top.qcow2': layers},
		says: /which storage_map maps to another path/,
		remedy: /exclude \/ro\/base\.qcow2 and .* from storage_map/,
	},
	'files in the clear where only encrypted migrations are accepted': {
		mode: 'cold',
		facts: {'kvm2 qemu-conf': parseQemuConf(`${confText}migrate_tls_force 1\n`)},
		says: /kvm2 accepts only encrypted migrations/,
		remedy: /tls: true/,
	},
	'an encrypted copy with a key that needs a passphrase': {
		mode: 'cold',
		transfer: {tls: {}},
		facts: {'kvm1 qemu-conf': parseQemuConf(`${confText}secret_uuid ${uuid}\n`)},
		says: /the TLS key of kvm1 needs the passphrase in a libvirt secret/,
		remedy: /move it live/,
	},
	checkpoints: {
		facts: {'kvm1 domain-artifacts': {snapshots: [], checkpoints: [uuid], saved: []}},
		says: /has checkpoints/,
		remedy: /checkpoint-delete/,
	},
};

for (const [title, {says, remedy, ...scene}] of Object.entries(refusals)) {
	test(`refused: ${title}`, t => {
		const error = t.throws(() => planned(scene), {instanceOf: StepError, message: says});
		t.regex(error.remedy ?? '', remedy);
		t.is(error.retry, 'never');
	});
}

test('a chain is copied as one image with all that it holds; its top alone stands on the same images', t => {
	const chain = [
		{
			path: '/images/web1.qcow2',
			format: 'qcow2',
			virtualBytes: 10 * gib,
			actualBytes: gib,
			options: {},
			backingName: 'base.qcow2',
		},
		{path: '/images/base.qcow2', format: 'qcow2', virtualBytes: 8 * gib, actualBytes: 3 * gib, options: {}},
	];
	const facts = {
		'kvm1 image': chain,
		'kvm2 path /images/base.qcow2': {type: 'file', identity: '1:9:200', bytes: 1, mode: '644', owner: 'root:root'},
		'kvm1 digest': 'abc',
		'kvm2 digest': 'abc',
	};
	const [whole] = planned({facts}).copies;
	t.deepEqual([whole?.dataBytes, whole?.image.backing], [4 * gib, undefined]);
	const top = planned({facts, requested: {copy_storage: 'inc'}});
	t.deepEqual([top.copies[0]?.dataBytes, top.copies[0]?.image.backing], [gib, {path: 'base.qcow2', format: 'qcow2'}]);
	t.true(top.topOnly);
	t.throws(() => planned({facts: {...facts, 'kvm2 digest': 'abd'}, requested: {copy_storage: 'inc'}}), {
		message: /base\.qcow2 on kvm2 differs from/,
	});
	const [cold] = planned({facts, requested: {copy_storage: 'inc'}, mode: 'cold'}).copies;
	t.deepEqual([cold?.image.format, cold?.image.virtualBytes], ['raw', gib], 'byte for byte');
});
