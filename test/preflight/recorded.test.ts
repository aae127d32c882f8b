import test from 'ava';
import {rules} from '../../src/preflight/rules.ts';
import {Recording} from './recorded.ts';

const strangerId = 'bbbbbbbb-0000-4000-8000-000000000001';
const image = {kind: 'image', host: 'kvm1', path: '/images/web1-0.qcow2', format: 'qcow2'} as const;
const diskThere = {kind: 'path', host: 'kvm2', path: '/images/web1-0.qcow2'} as const;
const mediumThere = {kind: 'path', host: 'kvm2', path: '/images/tools.iso'} as const;
const file = {type: 'file', identity: '9:9:9', bytes: 1, mode: '600', owner: 'root:root'} as const;
const probe = {
	kind: 'path-probe',
	host: 'kvm1',
	to: 'kvm2',
	trial: {address: 'kvm2', ports: [], count: 2, range: {min: 49152, max: 49215}},
} as const;
const login = {kind: 'login', host: 'kvm1', uri: 'qemu+ssh://root@kvm2/system?no_tty=1'} as const;
const speed = {kind: 'path-speed', host: 'kvm1', to: 'kvm2', address: 'kvm2'} as const;

type Change = (recording: Recording) => Recording | Promise<Recording>;

/** What about two healthy hosts makes each rule fire, and what it says then. */
const fires: Readonly<Record<string, readonly [Change, RegExp]>> = {
	'source-reachable': [
		it => it.unread({kind: 'host', host: 'kvm1'}, 'Connection refused'),
		/does not respond: Connection/,
	],
	'source-programs': [it => it.survey('kvm1', {missingPrograms: ['qemu-img']}), /qemu-img is not installed on kvm1/],
	'source-free': [
		it => it.every('lock', 'kvm1', 'run x of ann@desk'),
		/another run is changing this host: run x of ann@desk/,
	],
	'source-settled': [it => it.guest({state: 'in shutdown'}), /web1 is in shutdown/],
	'source-jobs': [it => it.survey('kvm1', {jobs: ['backup.service']}), /backup\.service is in progress/],
	'source-starters': [
		it => it.survey('kvm1', {starters: ['pacemaker.service']}),
		/pacemaker\.service may start guests/,
	],
	'guest-autostart': [it => it.guest({state: 'shut off', autostart: true}), /shut off and has autostart set/],
	'source-services': [
		it => it.survey('kvm1', {services: ['nfs-server.service']}),
		/nfs-server\.service runs on the host/,
	],
	'guest-carries': [
		it =>
			it.xml([
				'<devices>',
				'<metadata><vacate:guest xmlns:vacate="urn:vacate" carries="controller"/></metadata><devices>',
			]),
		/controller depends on this guest/,
	],
	'guest-definition': [
		it => it.unread({kind: 'domain', host: 'kvm1', uuid: it.uuid}, 'no end of the element domain'),
		/cannot read the definition: no end of the element domain/,
	],
	'guest-stored-disks': [
		it =>
			it.reading<'domain'>(
				{kind: 'domain', host: 'kvm1', uuid: it.uuid},
				value => value && {...value, storedOnly: [{target: 'vdb', path: '/images/more.qcow2'}]},
			),
		/vdb \(\/images\/more\.qcow2\) is only in the persistent definition/,
	],
	'guest-files': [
		async it =>
			(await it.xml(['<os>', '<os><kernel>/boot/vmlinuz-own</kernel>'])).also(
				{kind: 'path', host: 'kvm2', path: '/boot/vmlinuz-own'},
				{type: 'absent'},
			),
		/\/boot\/vmlinuz-own, does not exist on kvm2/,
	],
	'guest-listeners': [
		async it =>
			(await it.xml(['<tpm', "<graphics type='vnc' port='-1' autoport='yes' listen='192.0.2.77'/><tpm"])).also(
				{kind: 'addresses', host: 'kvm2'},
				['192.0.2.12'],
			),
		/192\.0\.2\.77/,
	],
	'disk-supported': [
		it =>
			it.xml([
				"<source file='/images/web1-0.qcow2'/>",
				"<source file='/images/web1-0.qcow2'><slices><slice type='storage' offset='0' size='512'/></slices></source>",
			]),
		/not supported: /,
	],
	'guest-state': [it => it.guest({state: 'paused', reason: 'I/O error'}), /is paused after an I\/O error/],
	'guest-jobs': [it => it.standing({blockJobs: ['vda']}), /a block job of vda is in progress/],
	'guest-managed-save': [it => it.standing({managedSave: true}), /has a managed save image/],
	'guest-snapshots': [it => it.standing({snapshots: ['before']}), /has the snapshot before/],
	'guest-devices': [
		it =>
			it.xml([
				'<tpm',
				`<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x3b' slot='0x00' function='0x0'/></source></hostdev><tpm`,
			]),
		/pci .*3b.*: a PCI device of the host/,
	],
	'guest-tpm': [it => it.survey('kvm2', {swtpm: null}), /swtpm is not installed on the destination/],
	'guest-shared-tpm': [
		it =>
			it.survey('kvm1', {mounts: [{path: '/var/lib/libvirt/swtpm', freeBytes: 1, type: 'nfs4', source: 'nas:/tpm'}]}),
		/the TPM state is on shared storage/,
	],
	'guest-confidential': [it => it.xml(['<devices>', "<launchSecurity type='sev'/><devices>"]), /encrypted with sev/],
	'disk-reservations': [
		it =>
			it.xml([
				"<source file='/images/web1-0.qcow2'/>",
				"<source file='/images/web1-0.qcow2'><reservations managed='yes'/></source>",
			]),
		/SCSI persistent reservations/,
	],
	'disk-shareable': [it => it.xml(["<target dev='vda'/>", "<target dev='vda'/><shareable/>"]), /the disk is shareable/],
	'disk-cache': [it => it.survey('kvm1', {libvirt: '5.6.0'}), /cache mode /],
	'guest-unsaved': [it => it.standing({stored: {memoryKib: 1, vcpus: 2, disks: []}}), /memory differs/],
	'guest-loose-memory': [it => it.xml(['<tpm', "<memory model='dimm'/><tpm"]), /no slot or base address/],
	'disk-transient': [it => it.xml(["<target dev='vda'/>", "<target dev='vda'/><transient/>"]), /the disk is transient/],
	'guest-blockers': [
		it => it.every('blockers', 'kvm1', ['The vfio device']),
		/QEMU reports a migration blocker: The vfio device/,
	],
	'guest-cpu': [
		it => it.every('cpu', 'kvm2', {verdict: 'incompatible', missing: ['avx']}),
		/CPU of the destination lacks avx/,
	],
	'guest-machine': [
		it => it.survey('kvm2', {machines: ['pc-q35-6.2']}),
		/does not support the machine type pc-q35-7\.2/,
	],
	'guest-firmware': [it => it.survey('kvm2', {firmware: []}), /OVMF_CODE\.fd/],
	'guest-cpus': [it => it.survey('kvm2', {cpus: 1}), /the guest has 2 virtual CPUs/],
	'guest-hugepages': [it => it.survey('kvm2', {hugepages: []}), /8 huge pages of 2048 KiB required/],
	'guest-converges': [
		async it => (await it.xml(['16384<', '524288<'])).every('dirty-rate', 'kvm1', 1024 ** 4),
		/more than can be sent/,
	],
	'guest-agent': [it => it.xml(["state='connected'", "state='disconnected'"]), /guest agent is not connected/],
	'guest-pause': [
		it => it.xml(['<tpm', "<watchdog model='itco' action='reset'/><tpm"]),
		/the watchdog \(action: reset\)/,
	],
	'disk-readable': [
		it => it.unread(image, "Could not open '/images/base.qcow2': No such file or directory"),
		/backing file not found: \/images\/base\.qcow2/,
	],
	'disk-layers': [
		async it => {
			const shared = await it.joined('kvm1', 'app1', strangerId, 'running', 'base');
			return shared.reading<'image'>(image, all => [...all, ...all.map(one => ({...one, path: '/images/base.qcow2'}))]);
		},
		/the disk shares a backing file with app1/,
	],
	'disk-users': [
		it => it.joined('kvm1', 'app1', strangerId, 'running', 'web1-0'),
		/app1 uses \/images\/web1-0\.qcow2 too/,
	],
	'disk-place': [
		it => it.xml(["<target dev='vda'/>", "<target dev='vda'/><shareable/>"]),
		/\/images\/web1-0\.qcow2 has several writers/,
	],
	'destination-thin-pools': [it => it.survey('kvm2', {thin: {dataPercent: 97, metadataPercent: 1}}), /97 % full/],
	'disk-space': [
		it => it.survey('kvm2', {mounts: [{path: '/', freeBytes: 4096, type: 'ext4', source: '/dev/sda'}]}),
		/4096 free in/,
	],
	'disk-path-free': [it => it.reading<'path'>(diskThere, () => file), /\/images\/web1-0\.qcow2/],
	'disk-media': [
		it => it.reading<'path'>(mediumThere, () => ({type: 'absent'})),
		/in the cdrom, does not exist at the destination/,
	],
	'disk-format': [
		it => it.reading<'image'>(image, all => all.map(one => ({...one, specialties: ['encrypted']}))),
		/the image cannot be recreated: encrypted/,
	],
	'destination-up': [
		it => it.unread({kind: 'capabilities', host: 'kvm2'}, 'No route to host'),
		/does not respond: No route/,
	],
	'destination-programs': [
		it => it.survey('kvm2', {missingPrograms: ['qemu-nbd']}),
		/qemu-nbd is not installed on kvm2/,
	],
	'destination-free': [
		it => it.every('lock', 'kvm2', 'run x of ann@desk'),
		/another run is changing this host: run x of ann@desk/,
	],
	'destination-versions': [it => it.survey('kvm2', {libvirt: '8.0.0'}), /libvirt 8\.0\.0 is older/],
	'destination-is-another': [it => it.survey('kvm2', {uuid: 'uuid of kvm1'}), /both hosts have the UUID/],
	'guest-identity': [it => it.joined('kvm2', 'web1', strangerId), /a guest with the same name/],
	'guest-stale-definition': [
		async it => it.joined('kvm2', 'web1', it.uuid, 'shut off'),
		/has a definition of the guest from an earlier stay/,
	],
	'guest-networks': [
		it => it.survey('kvm2', {networks: [{name: 'default', isActive: false}]}),
		/default is not active/,
	],
	'guest-bridges': [it => it.survey('kvm2', {bridges: []}), /the bridge br0/],
	'guest-filters': [it => it.survey('kvm2', {filters: []}), /the network filter clean-traffic/],
	'guest-memory': [
		it => it.reading<'host'>({kind: 'host', host: 'kvm2'}, value => ({...value, availableKib: 16})),
		/16 MiB of memory required, 0 MiB free/,
	],
	'plan-rules': [
		async it => {
			const two = await it.joined('kvm1', 'app1', strangerId);
			return two.asking({
				guests: ['web1', 'app1'],
				apart: [{guests: ['web1', 'app1']}],
				each: [{guests: 'all', policy: 'leave'}],
			});
		},
		/apart: web1, app1: web1 on kvm1, app1 on kvm1/,
	],
	'guest-secrets': [it => it.survey('kvm2', {secrets: []}), /the libvirt secret aaaaaaaa/],
	'destination-hooks': [
		it => it.survey('kvm2', {hooks: ['/etc/libvirt/hooks/qemu']}),
		/the hook .* exists on only one of the two hosts/,
	],
	'destination-cordon': [
		it =>
			it.survey('kvm2', {
				cordon: {owner: 'alice', reason: 'tests', id: 'a', sinceSeconds: 1, untilSeconds: 2, isExpired: false},
			}),
		/the host is cordoned by alice: tests/,
	],
	'destination-connections': [
		it => it.survey('kvm2', {clients: {now: 19, most: 20}}),
		/libvirt accepts 1 more clients/,
	],
	'path-login': [it => it.reading<'login'>(login, () => ({why: 'Permission denied (publickey)'})), /Permission denied/],
	'path-name': [it => it.survey('kvm2', {announced: 'localhost'}), /the host name is localhost/],
	'path-ports': [
		it => it.reading<'path-probe'>(probe, value => ({...value, ports: [{port: 49152, answer: 'dropped'}]})),
		/packets to TCP port 49152 are dropped/,
	],
	'path-tls': [
		it =>
			it.reading<'certificates'>({kind: 'certificates', host: 'kvm2'}, value => ({
				...value,
				missing: ['server-key.pem'],
			})),
		/\/etc\/pki\/qemu\/server-key\.pem does not exist on kvm2/,
	],
	'path-speed': [
		it => it.reading<'path-speed'>(speed, value => ({...value, passes: false})),
		/packets of 1500 bytes from kvm1 are lost/,
	],
	'path-clocks': [it => it.survey('kvm2', {clockOffsetMs: 1_000_000_000}), /the clocks differ by \d+ ms/],
	'plan-homes': [
		it => it.asking({each: [{guests: 'web1', avoid: 'kvm2'}]}),
		/web1 cannot be placed: no eligible destination: kvm2/,
	],
	'plan-way-back': [it => it.survey('kvm1', {qemu: '7.1.0'}), /web1 could not move back: .*older/],
	'plan-window': [it => it.asking({window: '1 s'}), /the window of 0 min: web1 would stay/],
};

test('every rule is shown to fire on recorded facts', t => {
	t.deepEqual(Object.keys(fires).sort(), rules.map(({id}) => id).sort());
});

for (const {id} of rules) {
	test(`${id} passes on recorded facts of healthy hosts, and fires when something is amiss`, async t => {
		const healthy = await Recording.healthy();
		const tally = healthy.judged().rules.find(({rule}) => rule === id);
		t.true(tally !== undefined && tally.looked > 0, 'it has looked at something');
		t.is(tally?.passed, tally?.looked, JSON.stringify(healthy.judged().findings.filter(({rule}) => rule === id)));
		const [change, says] = fires[id] ?? [];
		const amiss = await change?.(healthy);
		const found = amiss?.judged().findings.filter(({rule, outcome}) => rule === id && outcome === 'found') ?? [];
		t.regex(found.map(({reason}) => reason).join('\n'), says ?? /./);
	});
}

/** Faults that do not hide each other. */
const together = [
	'source-programs',
	'source-free',
	'source-jobs',
	'source-starters',
	'source-services',
	'guest-carries',
	'guest-files',
	'guest-listeners',
	'guest-jobs',
	'guest-managed-save',
	'guest-snapshots',
	'guest-tpm',
	'guest-loose-memory',
	'guest-blockers',
	'destination-programs',
	'destination-free',
	'destination-versions',
	'guest-networks',
	'guest-bridges',
	'guest-filters',
	'guest-memory',
	'guest-secrets',
	'destination-hooks',
	'destination-connections',
	'path-login',
	'path-ports',
	'path-tls',
	'path-clocks',
];

test('the step preflight lists everything that is wrong at the same time, each with its remedy', async t => {
	let recording = await Recording.healthy();
	for (const id of together) recording = (await fires[id]?.[0](recording)) ?? recording;
	const {failed, findings, remedies} = recording.preflighted();
	t.true(failed);
	const found = findings as readonly {readonly rule: string; readonly outcome: string; readonly remedy: string}[];
	for (const id of together) {
		const of = found.filter(({rule, outcome}) => rule === id && outcome === 'found');
		t.true(of.length > 0, id);
		for (const {remedy} of of) t.true(remedy.length > 0 && String(remedies).includes(remedy), `${id}: ${remedy}`);
	}
});
