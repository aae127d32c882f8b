import {existsSync, readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {StepError} from '../../src/errors.ts';
import {type FactRequest, Facts} from '../../src/facts/facts.ts';
import type {DiskPlan} from '../../src/steps/migration/disks/disk-plan.ts';
import type {DiskPlanContext} from '../../src/steps/migration/disks/disk-scene.ts';
import {diskRequests, planDisks} from '../../src/steps/migration/disks/plan-disks.ts';
import {parseDefinition, parseDefinitions} from '../../src/virsh/definition/parse-definition.ts';
import {parseQemuConf} from '../../src/virsh/migration/qemu-conf.ts';

const uuid = '00000000-0000-4000-8000-000000000001';
const domain = (os: string, devices: string, attributes = '') =>
	`<domain type='kvm'${attributes}><name>web1</name><uuid>${uuid}</uuid><memory unit='KiB'>16384</memory><vcpu>1</vcpu>${os}<devices>${devices}</devices></domain>`;

/** Hosts on which every image is whole, and a destination that has nothing. */
function readingOf({kind, host, ...rest}: FactRequest): unknown {
	const path = 'path' in rest ? rest.path : '';
	switch (kind) {
		case 'image':
			return [{path, format: 'qcow2', virtualBytes: 1e9, actualBytes: 1e6, options: {}, specialties: []}];
		case 'path':
			if (host === 'kvm2') return {type: 'absent'};
			return {type: 'file', identity: `1:${path}:1`, bytes: 1000, mode: '600', owner: 'root:root'};
		case 'folder':
			return {exists: true, fileSystem: 'f1', freeBytes: 1e12};
		case 'domain-artifacts':
			return {snapshots: [], checkpoints: [], saved: []};
		case 'secrets':
			return ['11111111-1111-4111-8111-111111111111'];
		case 'ports':
			return [22];
		case 'qemu-conf':
			return parseQemuConf('folder /etc/pki/qemu\n');
		case 'kept-copies':
			return {copies: [], unread: [], clockSeconds: 1_700_000_000};
		default:
			throw new Error(`nobody needs ${kind}`);
	}
}

async function planOf(xml: string, mode: DiskPlanContext['mode'], stored = ''): Promise<DiskPlan> {
	const definition = await parseDefinitions(xml, stored);
	const scene: DiskPlanContext = {
		definition,
		source: 'kvm1',
		destination: 'kvm2',
		mark: 'aaaa1111',
		requested: {media: 'copy'},
		own: [],
		mode,
	};
	let facts = new Facts();
	for (;;) {
		const missing = diskRequests(scene, facts).filter(request => !facts.has(request));
		if (missing.length === 0) return planDisks(scene, facts);
		facts = facts.with(missing.map(request => [request, readingOf(request)]));
	}
}

/** Sources as the schema of libvirt 9 to 11 has them, by type; `PATH` stands for one of the disk's own. */
const sources: Readonly<Record<string, readonly string[]>> = {
	file: [
		"<source file='PATH'/>",
		"<source file='PATH' startupPolicy='optional' index='3'/>",
		"<source file='PATH'><seclabel model='dac' relabel='no'/></source>",
		"<source file='PATH'><slices><slice type='storage' offset='512' size='1024'/></slices></source>",
		"<source file='PATH'><dataStore type='file'><format type='raw'/><source file='PATH.data'/></dataStore></source>",
		"<source file='PATH'><encryption format='luks'><secret type='passphrase' uuid='11111111-1111-4111-8111-111111111111'/></encryption></source>",
	],
	block: ["<source dev='PATH'/>", "<source dev='PATH'><reservations managed='yes'/></source>"],
	dir: ["<source dir='PATH'/>"],
	network: [
		"<source protocol='rbd' name='pool/PATH'><host name='ceph1' port='6789'/><snapshot name='s'/></source>",
		"<source protocol='nbd'><host transport='unix' socket='PATH'/></source>",
		"<source protocol='nbd' name='x'><host name='127.0.0.1' port='10809'/></source>",
		"<source protocol='https' name='x'><host name='h' port='443'/><cookies><cookie name='a'>b</cookie></cookies></source>",
		"<source protocol='iscsi' name='iqn.x/1'><host name='h'/><auth username='u'><secret type='iscsi' uuid='11111111-1111-4111-8111-111111111111'/></auth></source>",
		"<source protocol='nfs' name='PATH'><host name='h'/><identity user='a' group='b'/></source>",
		"<source protocol='ssh' name='PATH'><host name='h'/></source>",
	],
	volume: ["<source pool='p' volume='v' mode='host'/>"],
	nvme: [
		"<source type='pci' managed='yes' namespace='1'><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>",
	],
	vhostuser: ["<source type='unix' path='PATH'><reconnect enabled='yes' timeout='10'/></source>"],
	vhostvdpa: ["<source dev='PATH'/>"],
};

const extras = [
	'<readonly/>',
	'<shareable/>',
	'<transient/>',
	"<transient shareBacking='yes'/>",
	'<backingStore/>',
	"<backingStore type='file'><format type='qcow2'/><source file='PATH.base'/><backingStore/></backingStore>",
	"<mirror type='file' job='copy' ready='yes'><format type='qcow2'/><source file='PATH.mirror'/></mirror>",
	'<serial>x</serial>',
	"<boot order='1'/>",
	'<iotune><total_bytes_sec>1</total_bytes_sec></iotune>',
];

const disk = fc
	.record({
		type: fc.constantFrom(...Object.keys(sources)),
		nth: fc.nat(6),
		device: fc.constantFrom('disk', 'disk', 'cdrom', 'floppy', 'lun', undefined),
		format: fc.constantFrom('qcow2', 'raw', undefined),
		more: fc.subarray(extras, {maxLength: 2}),
		sourceLast: fc.boolean(),
	})
	.map(({type, nth, device, format, more, sourceLast}) => ({index}: {readonly index: number}) => {
		const all = sources[type] ?? [];
		const source = all[nth % all.length] ?? '';
		const target = `<target dev='vd${String.fromCharCode(97 + index)}' bus='virtio'/>`;
		const driver = format === undefined ? '' : `<driver name='qemu' type='${format}' cache='none'/>`;
		const parts = sourceLast ? [...more, target, driver, source] : [driver, source, ...more, target];
		const kind = device === undefined ? '' : ` device='${device}'`;
		return `<disk type='${type}'${kind}>${parts.join('')}</disk>`.replaceAll('PATH', `/images/${index}.img`);
	});

test('no disk of a definition is overlooked: each is copied, or left with a reason, or refused by its name', async t => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(disk, {minLength: 1, maxLength: 4}),
			fc.constantFrom('live' as const, 'cold' as const),
			async (disks, way) => {
				const texts = disks.map((make, index) => make({index}));
				const targets = texts.map((_, index) => `vd${String.fromCharCode(97 + index)}`);
				const xml = domain('', texts.join(''), way === 'live' ? " id='1'" : '');
				try {
					const plan = await planOf(xml, way);
					const known = [plan.copies, plan.devices, plan.reusedDisks, plan.extraFiles, plan.left, plan.ejected].flatMap(
						(list = []) => list.map(({target}) => target),
					);
					for (const target of targets) t.true(known.includes(target), `${target} of ${xml}`);
				} catch (error) {
					if (!(error instanceof StepError)) throw error;
					t.regex(error.message, /\bvd[a-d]\b/, xml);
					t.truthy(error.remedy);
				}
			},
		),
		{numRuns: 400},
	);
});

const installed = '/usr/share/libvirt/schemas/domaincommon.rng';

test('the fuzz knows every type of a disk that the installed schema of libvirt has', t => {
	const schema = existsSync(installed) ? readFileSync(installed, 'utf8') : '';
	const types = [
		...schema.matchAll(/<define name="diskSource(File|Block|Dir|Network|Volume|Nvme|VhostUser|VhostVdpa)"/g),
	];
	for (const [, type = ''] of types) t.true(type.toLowerCase() in sources, type);
	t.true(Object.keys(sources).length >= types.length);
});

const refused = {
	'a part of a larger file': [
		"<source file='/a'><slices><slice type='storage' offset='0' size='1'/></slices></source>",
		/vda \(\/a\) is not supported: it is a slice of a larger file/,
	],
	'a data file': ["<source file='/a'><dataStore type='file'><source file='/b'/></dataStore></source>", /<dataStore>/],
	'a block job': ["<source file='/a'/><mirror type='file' job='copy'><source file='/b'/></mirror>", /<mirror>/],
	'a stored chain': [
		"<source file='/a'/><backingStore type='file'><format type='raw'/><source file='/b'/></backingStore>",
		/<backingStore>/,
	],
	'no file at all': ['', /vda is not supported: its definition contains no file/],
} as const;

for (const [title, [source, says]] of Object.entries(refused)) {
	test(`refused: ${title}`, async t => {
		const xml = domain('', `<disk type='file' device='disk'>${source}<target dev='vda'/></disk>`);
		await t.throwsAsync(planOf(xml, 'cold'), {instanceOf: StepError, message: says});
	});
}

const one = (path: string, target: string, more = '') =>
	`<disk type='file' device='disk'><driver type='qcow2'/><source file='${path}'/>${more}<target dev='${target}'/></disk>`;

test('a chain that libvirt has found itself, in the definition of a guest that runs, is none that is stored', async t => {
	const chain =
		"<backingStore type='file' index='2'><format type='qcow2'/><source file='/base'/><backingStore/></backingStore>";
	const plan = await planOf(domain('', one('/a', 'vda', chain), " id='1'"), 'live', domain('', one('/a', 'vda')));
	t.is(plan.copies.length, 1);
	await t.throwsAsync(
		planOf(domain('', one('/a', 'vda', chain), " id='1'"), 'live', domain('', one('/a', 'vda', chain))),
		{message: /contains the backing chain/},
	);
});

test('a disk of the stored definition alone is refused, as its image would stay behind', async t => {
	const running = domain('', one('/a', 'vda'), " id='1'");
	const error = await t.throwsAsync(planOf(running, 'live', domain('', one('/a', 'vda') + one('/b', 'vdb'))), {
		instanceOf: StepError,
		message: 'web1: disk vdb (/b) is only in the persistent definition, so its image would be left behind',
	});
	t.regex(error?.remedy ?? '', /virsh detach-disk .* vdb --config/);
	t.is((await planOf(running, 'live', domain('', one('/a', 'vda')))).copies.length, 1);
});

test('one image in two drives is refused', async t => {
	await t.throwsAsync(planOf(domain('', one('/a', 'vda') + one('/a', 'sda')), 'cold'), {
		instanceOf: StepError,
		message: 'web1: disks vda and sda are the same file: /a on kvm2',
	});
});

test('a transient disk moves with a guest that is shut off, and not live', async t => {
	const xml = domain('', one('/a', 'vda', '<transient/>'));
	t.is((await planOf(xml, 'cold')).copies.length, 1);
	await t.throwsAsync(planOf(xml, 'live'), {message: /vda \(\/a\) is transient/});
});

const usual = '/var/lib/libvirt/qemu/nvram/web1_VARS.fd';
const pflash = "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>";

for (const [title, os, nvram] of [
	['as libvirt before 8.5 writes them', `${pflash}<nvram template='/t.fd'>/v.fd</nvram>`, '/v.fd'],
	['as a source', `${pflash}<nvram template='/t.fd' type='file'><source file='/v.fd'/></nvram>`, '/v.fd'],
	['before the loader', `<nvram type='file' format='qcow2'><source file='/v.qcow2'/></nvram>${pflash}`, '/v.qcow2'],
	['where libvirt puts them', `${pflash}`, usual],
	['where libvirt puts them, of an empty element', `${pflash}<nvram template='/t.fd'/>`, usual],
	['none: no variables', "<loader readonly='yes' type='pflash' stateless='yes'>/c.fd</loader>", undefined],
	['none: a BIOS', "<loader type='rom'>/usr/share/seabios/bios.bin</loader>", undefined],
] as const) {
	test(`the variables of the firmware: ${title}`, async t => {
		const {nvram: found} = await parseDefinition(domain(`<os><type machine='q35'>hvm</type>${os}</os>`, ''));
		t.is(found, nvram);
	});
}

test('the variables of firmware that libvirt chooses itself go along too, those on a device are refused', async t => {
	const efi =
		"<os firmware='efi'><type machine='q35'>hvm</type><firmware><feature enabled='yes' name='secure-boot'/></firmware></os>";
	const plan = await planOf(domain(efi, ''), 'cold');
	t.deepEqual(
		plan.extraFiles?.map(({from}) => from),
		[usual],
	);
	const block = `<os><type machine='q35'>hvm</type>${pflash}<nvram type='block'><source dev='/dev/vg/v'/></nvram></os>`;
	await t.throwsAsync(planOf(domain(block, ''), 'cold'), {
		message: /the NVRAM has the type block, which is not copied/,
	});
});
