import test from 'ava';
import {StepError} from '../../../src/errors.ts';
import {Facts} from '../../../src/facts/facts.ts';
import {parseAddresses} from '../../../src/files/addresses.ts';
import {
	demandHostNeeds,
	hostProblems,
	type Newcomer,
	needRequests,
	ownNeedRequests,
} from '../../../src/steps/migration/host-needs.ts';
import {readHostNeeds} from '../../../src/virsh/definition/host-needs.ts';
import {parseDefinition} from '../../../src/virsh/definition/parse-definition.ts';

const uuid = '00000000-0000-4000-8000-000000000001';

function domain({
	os = '',
	devices = '',
	more = '',
}: {
	readonly os?: string;
	readonly devices?: string;
	readonly more?: string;
}) {
	return `<domain type='kvm'><name>web1</name><uuid>${uuid}</uuid><os><type arch='x86_64' machine='q35'>hvm</type>${os}</os>
		${more}<devices><emulator>/usr/bin/kvm</emulator>${devices}</devices></domain>`;
}

test('the files and folders that a definition names', t => {
	const xml = domain({
		os: `<loader type='pflash'>/opt/fw/CODE.fd</loader><nvram template='/opt/fw/VARS.fd'>/var/lib/x_VARS.fd</nvram>
			<kernel>/boot/vmlinuz</kernel><initrd>/boot/initrd</initrd><dtb>/boot/dtb</dtb><acpi><table type='slic'>/etc/slic</table></acpi>`,
		more: `<sysinfo type='fwcfg'><entry name='opt/a'>text</entry><entry name='opt/b' file='/srv/ignition.json'/></sysinfo>`,
		devices: `
			<serial type='file'><source path='/srv/consoles/web1.log'/></serial>
			<console type='file'><source path='/srv/consoles/web1.log'/></console>
			<serial type='pty'><log file='/var/log/guests/web1.log'/></serial>
			<parallel type='dev'><source path='/dev/parport0'/></parallel>
			<channel type='unix'><source mode='bind' path='/run/agents/web1.sock'/></channel>
			<channel type='unix'><source mode='bind' path='/var/lib/libvirt/qemu/channel/target/a/b'/></channel>
			<channel type='unix'><source mode='connect' path='/run/collector.sock'/></channel>
			<rng model='virtio'><backend model='random'>/dev/hwrng</backend></rng>`,
	});
	t.deepEqual(
		readHostNeeds(xml).paths.map(({what, path}) => `${what} ${path}`),
		[
			'the firmware /opt/fw/CODE.fd',
			'the NVRAM template /opt/fw/VARS.fd',
			'the kernel /boot/vmlinuz',
			'the initrd /boot/initrd',
			'the dtb /boot/dtb',
			'the ACPI table /etc/slic',
			'the fw_cfg file /srv/ignition.json',
			'the emulator /usr/bin/kvm',
			'the source of random numbers /dev/hwrng',
			'the directory of the serial /srv/consoles',
			'the directory of the log of the serial /var/log/guests',
			'the parallel /dev/parport0',
			'the directory of the channel /run/agents',
			'the channel /run/collector.sock',
		],
	);
});

test('the addresses and ports that a definition names, and none that every host has', t => {
	const xml = domain({
		devices: `
			<graphics type='vnc' port='5900' autoport='yes' listen='192.0.2.11'><listen type='address' address='192.0.2.11'/></graphics>
			<graphics type='vnc' port='5907' autoport='no' listen='127.0.0.1'/>
			<graphics type='spice' port='-1' tlsPort='5999' autoport='no'><listen type='network' network='a' address='192.0.2.13'/></graphics>
			<graphics type='vnc' port='-1' autoport='yes' listen='fd00::11'/>
			<graphics type='vnc' port='5908' listen='kvm1.example'/>
			<serial type='tcp'><source mode='bind' host='192.0.2.12' service='4555'/><protocol type='raw'/></serial>
			<serial type='tcp'><source mode='connect' host='192.0.2.99' service='4556'/></serial>
			<serial type='udp'><source mode='bind' host='192.0.2.14' service='4557'/><source mode='connect' host='a' service='1'/></serial>`,
	});
	const {addresses, ports} = readHostNeeds(xml);
	t.deepEqual(
		addresses.map(({address}) => address),
		['192.0.2.11', 'fd00::11', '192.0.2.12', '192.0.2.14'],
	);
	t.deepEqual(
		ports.map(({port}) => port),
		[5907, 5999, 5908, 4555],
	);
});

const everything = domain({
	os: '<kernel>/boot/vmlinuz</kernel>',
	devices: `
		<graphics type='vnc' port='5907' autoport='no' listen='192.0.2.11'/>
		<serial type='file'><source path='/srv/consoles/web1.log'/></serial>
		<interface type='network'><source network='lan' portgroup='red'/></interface>
		<interface type='bridge'><source bridge='br0'/></interface>
		<interface type='bridge'><source bridge='ovs0'/><virtualport type='openvswitch'/></interface>
		<interface type='direct'><source dev='eth7' mode='bridge'/></interface>`,
});

/** A host that has what is not named here. */
async function asked(
	mode: Newcomer['mode'],
	has: {
		readonly absent?: readonly string[];
		readonly addresses?: readonly string[];
		readonly ports?: readonly number[];
		readonly networks?: string;
		readonly network?: string;
		readonly machine?: string;
	},
) {
	const newcomer = {definition: await parseDefinition(everything), destination: 'kvm2', mode};
	const file = {type: 'file', identity: '1:2:3', bytes: 1, mode: '644', owner: 'root:root'};
	const facts = new Facts().with(
		needRequests(newcomer).map(request => {
			switch (request.kind) {
				case 'path':
					return [request, has.absent?.includes(request.path) ? {type: 'absent'} : file] as const;
				case 'addresses':
					return [request, has.addresses ?? ['192.0.2.11']] as const;
				case 'ports':
					return [request, has.ports ?? []] as const;
				case 'virsh':
					if (request.args[0] === 'net-list') return [request, has.networks ?? 'lan'] as const;
					if (request.args[0] === 'net-dumpxml') return [request, has.network ?? "<portgroup name='red'/>"] as const;
					return [request, has.machine ?? '<domainCapabilities/>'] as const;
				default:
					throw new Error(`nobody should ask for ${request.kind}`);
			}
		}),
	);
	return {newcomer, facts};
}

const lacking = [
	['nothing', 'live', {}, []],
	[
		'the emulator',
		'live',
		{absent: ['/usr/bin/kvm'], machine: ''},
		['guest-files: the emulator, /usr/bin/kvm, does not exist on kvm2'],
	],
	['a kernel', 'cold', {absent: ['/boot/vmlinuz']}, ['guest-files: the kernel, /boot/vmlinuz, does not exist on kvm2']],
	[
		'a folder',
		'live',
		{absent: ['/srv/consoles']},
		['guest-files: the directory of the serial, /srv/consoles, does not exist on kvm2'],
	],
	[
		'an address',
		'cold',
		{addresses: ['127.0.0.1', '192.0.2.12']},
		['guest-listeners: the vnc graphics listens on 192.0.2.11, which kvm2 does not have'],
	],
	[
		'a free port',
		'live',
		{ports: [22, 5907]},
		['guest-listeners: the vnc graphics requires TCP port 5907, which is in use on kvm2'],
	],
	['a free port, while it is off', 'cold', {ports: [22, 5907]}, []],
	['a network', 'live', {networks: 'default'}, ['guest-networks: the network lan is not active on kvm2']],
	[
		'a portgroup',
		'live',
		{network: "<portgroup name='blue'/>"},
		['guest-networks: the network lan has no portgroup red on kvm2'],
	],
	[
		'bridges',
		'live',
		{absent: ['/sys/class/net/br0', '/sys/class/net/br0/bridge', '/sys/class/net/ovs0/bridge']},
		['guest-bridges: the network device br0 (bridge) does not exist on kvm2'],
	],
	[
		'a bridge that is one',
		'live',
		{absent: ['/sys/class/net/br0/bridge']},
		['guest-bridges: br0 is not a Linux bridge on kvm2'],
	],
	[
		'a bridge of Open vSwitch, and a parent',
		'live',
		{absent: ['/sys/class/net/ovs0', '/sys/class/net/eth7']},
		[
			'guest-bridges: the network device ovs0 (Open vSwitch bridge) does not exist on kvm2',
			'guest-bridges: the network device eth7 (parent of a macvtap) does not exist on kvm2',
		],
	],
	['the machine type', 'live', {machine: ''}, ['guest-machine: kvm2 cannot run the machine type q35 (kvm, x86_64)']],
] as const;

for (const [title, mode, has, problems] of lacking) {
	test(`a destination that lacks ${title}`, async t => {
		const {newcomer, facts} = await asked(mode, has);
		const found = hostProblems(newcomer, facts);
		t.deepEqual(
			found.map(({rule, reason}) => `${rule}: ${reason}`),
			[...problems],
		);
		t.true(found.every(({remedy}) => remedy.includes('kvm2') || remedy.includes('virsh edit')));
	});
}

test('all that is lacking is told at once, but for what is accepted', async t => {
	const {newcomer, facts} = await asked('live', {absent: ['/srv/consoles'], ports: [5907]});
	t.throws(() => demandHostNeeds(newcomer, [], facts), {
		instanceOf: StepError,
		message: /^web1 cannot run on kvm2: the directory of the serial, .*; the vnc graphics requires TCP port 5907/,
	});
	t.throws(() => demandHostNeeds(newcomer, ['guest-listeners'], facts), {message: /consoles, does not exist on kvm2$/});
	t.notThrows(() => demandHostNeeds(newcomer, ['guest-listeners', 'guest-files'], facts));
});

test('what an evacuation reads of its destinations at once is not asked twice', async t => {
	const {newcomer} = await asked('live', {});
	t.deepEqual([...new Set(ownNeedRequests(newcomer).map(({kind}) => kind))], ['path', 'addresses', 'ports', 'virsh']);
});

test('the addresses of a host, as ip prints them', t => {
	const text = `1: lo    inet 127.0.0.1/8 scope host lo
2: eth0    inet 192.0.2.11/24 brd 192.0.2.255 scope global eth0
2: eth0    inet6 fd00::11/64 scope global
3: tun0    inet 198.51.100.1 peer 198.51.100.2/32 scope global tun0
`;
	t.deepEqual(parseAddresses(text), ['127.0.0.1', '192.0.2.11', 'fd00::11', '198.51.100.1']);
});
