import test from 'ava';
import {StepError} from '../../src/errors.ts';
import {Facts} from '../../src/facts/facts.ts';
import {mayBeOneFile, type PathFact} from '../../src/files/stat.ts';
import {compare, copyOverNbd, serve} from '../../src/qemu-img/stream.ts';
import type {DiskPlanContext, TransferOptions} from '../../src/steps/migration/disks/disk-scene.ts';
import {diskRequests, planDisks} from '../../src/steps/migration/disks/plan-disks.ts';
import {mapPath} from '../../src/steps/migration/disks/storage-map.ts';
import {unsafeTarget} from '../../src/steps/migration/disks/target-path.ts';
import type {MoveParams} from '../../src/steps/migration/options/move-params.ts';
import {definitionsAfter} from '../../src/steps/migration/plan-move.ts';
import {demandTls, tlsRequests} from '../../src/steps/migration/tls.ts';
import type {DomainDefinition, DomainDisk} from '../../src/virsh/definition/dumpxml.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';
import {parseQemuConf, type QemuConf} from '../../src/virsh/migration/qemu-conf.ts';

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

const gib = 1024 ** 3;
const uuid = '00000000-0000-4000-8000-000000000001';
let bare: DomainDefinition;
test.before(async () => {
	bare = await parseDefinition(`<domain><name>web1</name><uuid>${uuid}</uuid></domain>`);
});

const certificates = ['ca-cert', 'server-cert', 'server-key', 'client-cert', 'client-key'];
const confText = `folder /etc/pki/qemu\n${certificates.map(name => `file ${name}.pem\n`).join('')}`;

const plain: DomainDisk = {
	target: 'vda',
	device: 'disk',
	type: 'file',
	path: '/images/web1.qcow2',
	format: 'qcow2',
	readonly: false,
	shareable: false,
};

/** As in `usual`. */
const image = {path: '/images/web1.qcow2', format: 'qcow2', virtualBytes: 10 * gib, actualBytes: gib, options: {}};

type Scene = {
	readonly disks?: readonly DomainDisk[];
	readonly wishes?: MoveParams;
	readonly mode?: 'live' | 'cold';
	readonly transfer?: TransferOptions;
	readonly definition?: {readonly tpm?: true; readonly secrets?: readonly string[]};
	/** Readings that are not as usual, by what ends their keys. */
	readonly facts?: Readonly<Record<string, unknown>>;
};

/** What is said of everything that nobody has said otherwise: images of 10 GiB that hold one, and a destination that has nothing. */
const usual: Readonly<Record<string, (path: string) => unknown>> = {
	'kvm1 image': path => [{path, format: 'qcow2', virtualBytes: 10 * gib, actualBytes: gib, options: {}}],
	'kvm2 image': path => [{path, format: 'raw', virtualBytes: 10 * gib, actualBytes: gib, options: {}}],
	'kvm1 path': () => ({type: 'file', identity: '1:7:100', bytes: gib, mode: '600', owner: 'root:root'}),
	'kvm2 path': () => ({type: 'absent'}),
	'kvm2 folder': () => ({exists: true, fileSystem: 'f1', freeBytes: 100 * gib}),
	'kvm1 domain-artifacts': () => ({snapshots: [], checkpoints: [], saved: []}),
	'kvm2 secrets': () => [],
	'kvm2 ports': () => [22],
	'kvm1 qemu-conf': () => parseQemuConf(confText),
	'kvm2 qemu-conf': () => parseQemuConf(confText),
	'kvm1 digest': () => 'abc',
	'kvm2 digest': () => 'abc',
	'kvm2 kept-copies': () => ({copies: [], clockSeconds: 0}),
	'kvm2 disk-users': () => ({uses: [], unresolved: []}),
};

function planned({disks = [plain], wishes = {}, mode = 'live', definition = {}, transfer, facts: special = {}}: Scene) {
	const scene: DiskPlanContext = {
		definition: {...bare, disks, ...definition},
		source: 'kvm1',
		destination: 'kvm2',
		mark: 'aaaa1111',
		wishes,
		own: [],
		mode,
		...(transfer === undefined ? {} : {transfer}),
	};
	let facts = new Facts();
	for (;;) {
		const tls = tlsRequests(scene, transfer?.tls !== undefined);
		const missing = [...diskRequests(scene, facts), ...tls].filter(request => !facts.has(request));
		if (missing.length === 0) return planDisks(scene, facts);
		facts = facts.with(
			missing.map(request => {
				const path = 'path' in request ? request.path : '';
				const name = `${request.host} ${request.kind}`;
				return [request, special[`${name} ${path}`] ?? special[name] ?? usual[name]?.(path)] as const;
			}),
		);
	}
}

/** CD-ROMs and read-only disks, and a file at the destination that is not the very same. */
const cdrom: DomainDisk = {
	...plain,
	target: 'sda',
	device: 'cdrom',
	path: '/iso/cd.iso',
	format: 'raw',
	readonly: true,
};
const readOnly: DomainDisk = {...plain, target: 'vdb', path: '/ro/data.raw', format: 'raw', readonly: true};
const layered: DomainDisk = {...plain, target: 'vdb', path: '/ro/top.qcow2', readonly: true};
const copyThere = {type: 'file', identity: '1:9:200', bytes: gib, mode: '644', owner: 'root:root'};
const layers = ['/ro/top.qcow2', '/ro/base.qcow2'].map(path => ({
	...{path, format: 'qcow2', virtualBytes: gib, actualBytes: 1, options: {}, specialties: []},
}));

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
		wishes: {copy_storage: 'none'},
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
		wishes: {block_devices: 'overwrite'},
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
		wishes: {storage_map: {'/images/web1.qcow2': `/data/${'a'.repeat(256)}`}},
		says: /cannot create \/data\/a+ on kvm2: the file name has 256 bytes; the maximum is 255/,
		remedy: /storage_map/,
	},
	'a device that a guest there uses': {
		disks: [{...plain, type: 'block', path: '/dev/vg/a', format: 'raw'}],
		wishes: {block_devices: 'overwrite'},
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
		wishes: {media: 'copy'},
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
		wishes: {media: 'copy', storage_map: {'/ro': '/rw'}},
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

test('what is left is said with its reason, in the order of the drives', t => {
	const plan = planned({
		disks: [
			{target: 'sda', device: 'cdrom', type: 'file', format: 'raw', readonly: true, shareable: false},
			plain,
			{...plain, target: 'vdb', path: '/images/shared.qcow2'},
			{target: 'vdc', device: 'disk', type: 'network', format: 'raw', readonly: false, shareable: false},
			{...plain, target: 'sdb', device: 'cdrom', path: '/iso/tools.iso', format: 'raw', readonly: true, optional: true},
		],
		facts: {
			'kvm2 path /images/shared.qcow2': {type: 'file', identity: '9:7:100', bytes: 1, mode: '600', owner: 'root:root'},
		},
	});
	t.deepEqual(
		plan.copies.map(({target}) => target),
		['vda'],
	);
	t.deepEqual(
		plan.left.map(({target, reason}) => `${target} ${reason}`),
		[
			'sda empty',
			'vdb on shared storage, which a probe file verifies',
			'vdc network disk',
			'sdb read-only and optional: /iso/tools.iso does not exist on kvm2',
		],
	);
	t.is(plan.probes?.[0]?.from, '/images/probe.vacate-aaaa1111');
});

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
	const top = planned({facts, wishes: {copy_storage: 'inc'}});
	t.deepEqual([top.copies[0]?.dataBytes, top.copies[0]?.image.backing], [gib, {path: 'base.qcow2', format: 'qcow2'}]);
	t.true(top.topOnly);
	t.throws(() => planned({facts: {...facts, 'kvm2 digest': 'abd'}, wishes: {copy_storage: 'inc'}}), {
		message: /base\.qcow2 on kvm2 differs from/,
	});
	const [cold] = planned({facts, wishes: {copy_storage: 'inc'}, mode: 'cold'}).copies;
	t.deepEqual([cold?.image.format, cold?.image.virtualBytes], ['raw', gib], 'byte for byte');
});

test('a port that is taken is not served on', t => {
	const [first] = planned({mode: 'cold'}).nbdCopies ?? [];
	const [next] = planned({mode: 'cold', facts: {'kvm2 ports': [first?.port]}}).nbdCopies ?? [];
	t.is(next?.port, 49152 + (((first?.port ?? 0) - 49152 + 1) % 64));
});

test('streams obey the address, the port and the range of libvirt', t => {
	const port = (scene: Scene) => planned({...scene, mode: 'cold'}).nbdCopies?.map(({port}) => port);
	t.deepEqual(port({transfer: {port: 49300}}), [49300]);
	const narrow = parseQemuConf(`${confText}migration_port_min 6000\nmigration_port_max 6001\n`);
	t.deepEqual(port({facts: {'kvm2 qemu-conf': narrow, 'kvm2 ports': [6000]}}), [6001]);
	t.deepEqual(port({facts: {'kvm2 qemu-conf': narrow, 'kvm2 ports': [6001]}}), [6000]);
	const [stream] = planned({mode: 'cold', transfer: {listen: '192.0.2.12', port: 49300}}).nbdCopies ?? [];
	if (stream === undefined) throw new Error('nothing is streamed');
	t.true(serve('kvm2', stream).argv.join(' ').includes('--bind=192.0.2.12 --port 49300'));
	const {listen: _, ...everywhere} = stream;
	t.true(serve('kvm2', everywhere).argv.includes('--bind='), 'all addresses, IPv4 and IPv6');
});

test('with TLS a stream takes the certificates of live migrations', t => {
	const conf = parseQemuConf(`${confText.replace('/etc/pki/qemu', '/etc/pki/a,b')}verify 0\n`);
	const plan = planned({mode: 'cold', transfer: {tls: {hostname: 'kvm2.example'}}, facts: {'kvm2 qemu-conf': conf}});
	const [stream] = plan.nbdCopies ?? [];
	if (stream === undefined) throw new Error('nothing is streamed');
	const server = 'tls-creds-x509,id=tls0,endpoint=server,dir=/etc/pki/a,,b,verify-peer=off';
	t.true(serve('kvm2', stream).argv.join(' ').includes(`--object ${server} --tls-creds tls0`));
	const {argv} = copyOverNbd('kvm1', 'fd00::12', stream);
	t.true(argv.includes('tls-creds-x509,id=tls0,endpoint=client,dir=/etc/pki/qemu'));
	t.deepEqual(argv.slice(-2), [
		'driver=qcow2,file.filename=/images/web1.qcow2',
		`driver=nbd,server.type=inet,server.host=fd00::12,server.port=${stream.port},export=aaaa1111-vda,tls-creds=tls0,tls-hostname=kvm2.example`,
	]);
	t.deepEqual(compare('kvm1', 'fd00::12', stream).argv.slice(-2), argv.slice(-2));
});

test('a certificate that is missing is named', t => {
	const of = (text: string) => parseQemuConf(text).tls;
	const facts = (here: QemuConf['tls'], there: QemuConf['tls']) => {
		const ports = {min: 1, max: 2};
		return new Facts().with([
			[
				{kind: 'qemu-conf', host: 'kvm1'},
				{ports, tls: here},
			],
			[
				{kind: 'qemu-conf', host: 'kvm2'},
				{ports, tls: there},
			],
		]);
	};
	const ends = {source: 'kvm1', destination: 'kvm2'};
	const whole = of(confText);
	const without = (name: string) => of(confText.replace(`file ${name}.pem\n`, ''));
	t.notThrows(() => demandTls('web1', ends, facts(whole, whole)));
	for (const [here, there, says] of [
		[whole, of('folder /etc/pki/qemu\n'), /tls requires \/etc\/pki\/qemu\/ca-cert\.pem on kvm2, which does not exist/],
		[whole, without('server-key'), /\/server-key\.pem on kvm2/],
		[without('client-cert'), whole, /\/client-cert\.pem on kvm1/],
	] as const) {
		const error = t.throws(() => demandTls('web1', ends, facts(here, there)), {instanceOf: StepError, message: says});
		t.regex(error.remedy ?? '', /install QEMU's certificates on kvm[12]: .*\.pem/);
	}
	t.notThrows(() => demandTls('web1', ends, facts(without('client-cert'), of(`${confText}verify 0\n`))));
	t.notThrows(
		() => demandTls('web1', ends, facts(of('folder /x\nhidden\n'), whole)),
		'what cannot be read is not missing',
	);
});

test('media are copied byte for byte, with what is below them, each file once', t => {
	const odd = {type: 'file', identity: '1:7:100', bytes: 1_000_001, mode: '644', owner: 'root:root'};
	const plan = planned({
		disks: [cdrom, {...cdrom, target: 'sdb'}, layered],
		wishes: {media: 'copy'},
		facts: {'kvm1 path /iso/cd.iso': odd, 'kvm1 image /ro/top.qcow2': layers},
	});
	t.deepEqual(
		plan.nbdCopies?.map(({to, exactBytes, fromFormat}) => ({to, exactBytes, fromFormat})),
		[
			{to: '/iso/cd.iso', exactBytes: 1_000_001, fromFormat: 'raw'},
			{to: '/ro/top.qcow2', exactBytes: undefined, fromFormat: 'raw'},
			{to: '/ro/base.qcow2', exactBytes: undefined, fromFormat: 'raw'},
		],
	);
	t.is(new Set(plan.nbdCopies?.map(({name}) => name)).size, 3);
});

test('a read-only disk of the same content is left, with what is below it', t => {
	const plan = planned({
		disks: [layered],
		facts: {
			'kvm1 image /ro/top.qcow2': layers,
			'kvm2 path /ro/top.qcow2': copyThere,
			'kvm2 path /ro/base.qcow2': copyThere,
		},
	});
	t.deepEqual(plan.left, [{target: 'vdb', reason: 'read-only: /ro/top.qcow2 exists at the destination'}]);
	t.is(plan.nbdCopies, undefined);
});

test('a CD-ROM that is ejected is put in again only where the destination has the same', t => {
	const facts = {'kvm2 path /iso/cd.iso': copyThere};
	const ejected = (digest: string) =>
		planned({disks: [cdrom], wishes: {media: 'eject'}, facts: {...facts, 'kvm2 digest': digest}}).ejected;
	t.deepEqual(ejected('abc'), [{target: 'sda', path: '/iso/cd.iso', place: '/iso/cd.iso'}]);
	t.deepEqual(ejected('abd'), [{target: 'sda', path: '/iso/cd.iso'}]);
});

test('a drive of the host has to be there, and is not read', t => {
	const drive: DomainDisk = {...cdrom, type: 'block', path: '/dev/sr0'};
	const facts = {'kvm2 path /dev/sr0': {...copyThere, type: 'block', bytes: 0}, 'kvm2 digest': 'abd'};
	t.is(planned({disks: [drive], facts}).left[0]?.reason, 'read-only: /dev/sr0 exists at the destination');
	t.throws(() => planned({disks: [drive]}), {message: /\/dev\/sr0, in drive sda, does not exist on kvm2/});
});
