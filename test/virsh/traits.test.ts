import test from 'ava';
import {describedBy} from '../../src/preflight/described.ts';
import {preflight} from '../../src/preflight/preflight.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';
import {readTraits, type Traits} from '../../src/virsh/definition/traits.ts';
import {world} from '../preflight/world.ts';

const domain = (inner: string, devices = '') =>
	`<domain type='kvm'><name>web1</name><uuid>u</uuid><memory unit='GiB'>4</memory><vcpu>2</vcpu>
<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>${inner}<devices>${devices}</devices></domain>`;

const plain: Traits = {
	devices: [],
	tpm: null,
	confidential: null,
	tscUnfixed: false,
	looseMemory: false,
	highestPin: null,
	highestNode: null,
	hugepageKib: null,
	firmware: [],
	watchdog: null,
	interfaces: [],
	secrets: [],
	diskModes: [],
};

test('a plain guest is tied to nothing', t => {
	t.deepEqual(readTraits(domain('')), plain);
});

const cases: Readonly<Record<string, readonly [string, Partial<Traits>]>> = {
	'devices of the host, by their addresses': [
		domain(
			'',
			`<hostdev mode='subsystem' type='pci' managed='yes'>
	<source><address domain='0x0000' bus='0x3b' slot='0x00' function='0x1'/></source>
</hostdev>
<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='c2177883'/></source></hostdev>
<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>
<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/></source></hostdev>`,
		),
		{
			devices: [
				{kind: 'pci', name: '0000:3b:00:1', isTeamed: false},
				{kind: 'mdev', name: 'c2177883', isTeamed: false},
				{kind: 'usb', name: '1234', isTeamed: false},
				{kind: 'scsi', name: 'scsi_host0', isTeamed: false},
			],
		},
	],
	'a card given through that libvirt takes out before the move': [
		domain(
			'',
			`<interface type='hostdev'><mac address='52:54:00:00:00:01'/><teaming type='transient' persistent='ua-1'/></interface>`,
		),
		{
			devices: [{kind: 'pci', name: '52:54:00:00:00:01', isTeamed: true}],
			interfaces: [{mac: '52:54:00:00:00:01', network: null, bridge: null, vlan: null, mtu: null, filter: null}],
		},
	],
	'folders, shared memory and ports of the host': [
		domain(
			'',
			`<filesystem type='mount'><driver type='virtiofs'/><source dir='/srv'/><target dir='data'/></filesystem>
<filesystem type='mount'><source dir='/srv'/><target dir='old'/></filesystem>
<shmem name='peer' role='peer'/><shmem name='master' role='master'/>
<memory model='nvdimm'><source><path>/nv</path></source><address type='dimm' slot='0' base='0x1'/></memory>
<serial type='dev'><source path='/dev/ttyS0'/></serial><serial type='pty'/>
<parallel type='dev'><source path='/dev/parport0'/></parallel>`,
		),
		{
			devices: [
				{kind: 'virtiofs', name: 'data', isTeamed: false},
				{kind: '9p', name: 'old', isTeamed: false},
				{kind: 'shmem', name: 'peer', isTeamed: false},
				{kind: 'nvdimm', name: '/nv', isTeamed: false},
				{kind: 'host serial', name: '/dev/ttyS0', isTeamed: false},
				{kind: 'host serial', name: '/dev/parport0', isTeamed: false},
			],
		},
	],
	'disks and cards that cannot be moved': [
		domain(
			'',
			`<disk type='nvme' device='disk'><target dev='vda'/></disk>
<interface type='user'><mac address='52:54:00:00:00:02'/></interface>
<interface type='vdpa'><mac address='52:54:00:00:00:03'/></interface>`,
		),
		{
			devices: [
				{kind: 'slirp', name: '52:54:00:00:00:02', isTeamed: false},
				{kind: 'vdpa', name: '52:54:00:00:00:03', isTeamed: false},
				{kind: 'nvme', name: 'vda', isTeamed: false},
			],
			interfaces: [
				{mac: '52:54:00:00:00:02', network: null, bridge: null, vlan: null, mtu: null, filter: null},
				{mac: '52:54:00:00:00:03', network: null, bridge: null, vlan: null, mtu: null, filter: null},
			],
			diskModes: [{target: 'vda', cache: 'default', isTransient: false, hasReservations: false}],
		},
	],
	'a TPM, and its secret': [
		domain('', `<tpm model='tpm-crb'><backend type='emulator' version='2.0'><encryption secret='s1'/></backend></tpm>`),
		{tpm: {secret: 's1'}, secrets: ['s1']},
	],
	'a TPM of the host': [
		domain('', `<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>`),
		{devices: [{kind: 'host tpm', name: '/dev/tpm0', isTeamed: false}]},
	],
	'memory that the host cannot read': [domain(`<launchSecurity type='sev'/>`), {confidential: 'sev'}],
	'a clock without a fixed frequency': [
		domain(`<cpu><feature policy='require' name='invtsc'/></cpu><clock><timer name='hpet'/></clock>`),
		{tscUnfixed: true},
	],
	'a clock with one': [
		domain(
			`<cpu><feature policy='require' name='invtsc'/></cpu><clock><timer name='tsc' frequency='3504000000'/></clock>`,
		),
		{},
	],
	'a memory device without its place': [domain('', `<memory model='dimm'><target/></memory>`), {looseMemory: true}],
	'pins and nodes': [
		domain(
			`<cputune><vcpupin vcpu='0' cpuset='0-5,^4,7'/><emulatorpin cpuset='1'/></cputune>
<numatune><memory mode='strict' nodeset='0-1'/></numatune>`,
		),
		{highestPin: 7, highestNode: 1},
	],
	'huge pages of a size': [
		domain(`<memoryBacking><hugepages><page size='1' unit='G'/></hugepages></memoryBacking>`),
		{hugepageKib: 1024 ** 2},
	],
	'huge pages of the usual size': [domain('<memoryBacking><hugepages/></memoryBacking>'), {hugepageKib: 2048}],
	'firmware and the template of its variables': [
		domain('').replace(
			'</os>',
			`<loader readonly='yes' type='pflash'>/fw/CODE.fd</loader><nvram template='/fw/VARS.fd'>/nvram/web1.fd</nvram></os>`,
		),
		{firmware: ['/fw/CODE.fd', '/fw/VARS.fd']},
	],
	'a watchdog': [domain('', `<watchdog model='itco'/>`), {watchdog: 'reset'}],
	'cards and what they need': [
		domain(
			'',
			`<interface type='network'><mac address='52:54:00:00:00:04'/><source network='default' bridge='virbr0'/></interface>
<interface type='bridge'><mac address='52:54:00:00:00:05'/><source bridge='br0'/><vlan><tag id='20'/></vlan>
	<mtu size='9000'/><filterref filter='clean-traffic'/></interface>`,
		),
		{
			interfaces: [
				{mac: '52:54:00:00:00:04', network: 'default', bridge: null, vlan: null, mtu: null, filter: null},
				{mac: '52:54:00:00:00:05', network: null, bridge: 'br0', vlan: 20, mtu: 9000, filter: 'clean-traffic'},
			],
		},
	],
	'how disks are written to, and their secrets': [
		domain(
			'',
			`<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/>
	<source file='/images/a'><encryption format='luks'><secret type='passphrase' uuid='s2'/></encryption></source>
	<target dev='vda'/><transient/></disk>
<disk type='network' device='disk'><source protocol='rbd' name='p/i'><auth username='v'><secret type='ceph' uuid='s3'/></auth></source>
	<target dev='vdb'/></disk>
<disk type='block' device='lun'><source dev='/dev/sdb'><reservations managed='yes'/></source><target dev='sda'/></disk>`,
		),
		{
			secrets: ['s2', 's3'],
			diskModes: [
				{target: 'vda', cache: 'none', isTransient: true, hasReservations: false},
				{target: 'vdb', cache: 'default', isTransient: false, hasReservations: false},
				{target: 'sda', cache: 'default', isTransient: false, hasReservations: true},
			],
		},
	],
};

for (const [title, [xml, expected]] of Object.entries(cases)) {
	test(`read from a definition: ${title}`, t => {
		t.deepEqual(readTraits(xml), {...plain, ...expected});
	});
}

test('what a definition tells is known to the checks, and nothing else', async t => {
	const xml = domain('', `<disk type='file' device='disk'><source file='/images/a'/><target dev='vda'/></disk>`);
	const facts = {...world(), guests: [describedBy(await parseDefinition(xml))], pairs: []};
	const {findings} = preflight(facts);
	const unknown = new Set(findings.filter(({outcome}) => outcome === 'unknown').map(({rule}) => rule));
	t.deepEqual(
		['guest-devices', 'guest-tpm', 'guest-confidential', 'guest-machine', 'guest-networks', 'disk-cache'].filter(rule =>
			unknown.has(rule),
		),
		[],
	);
	t.deepEqual(
		['guest-state', 'guest-snapshots', 'guest-jobs', 'guest-cpu', 'disk-readable', 'disk-place'].filter(
			rule => !unknown.has(rule),
		),
		[],
	);
});
