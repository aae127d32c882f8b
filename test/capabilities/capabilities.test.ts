import test from 'ava';
import {parseLibvirtCapabilities} from '../../src/capabilities/libvirt.ts';
import {parseSystemCapabilities} from '../../src/capabilities/system.ts';
import {parseStats} from '../../src/files/stat.ts';
import {readGuestMetadata} from '../../src/virsh/definition/guest-metadata.ts';
import {parseDomainDetails} from '../../src/virsh/domain-details.ts';
import {cpuOf, parseCpuVerdict} from '../../src/virsh/hypervisor-cpu-compare.ts';

test('what libvirt 9 says of its host', t => {
	const survey = parseLibvirtCapabilities([
		'CPU model:           x86_64\nCPU(s):              2\nNUMA cell(s):        1\nMemory size:         7037508 KiB\n',
		'Using library: libvirt 9.0.0\nRunning hypervisor: QEMU 7.2.22\nRunning against daemon: 9.0.0\n',
		`<capabilities><host><uuid>b1748159-f051-4197-985d-f200fce064c6</uuid><topology><cells num='2'/></topology></host>
<guest><arch name='x86_64'><machine canonical='pc-q35-7.2' maxCpus='288'>q35</machine><machine maxCpus='255'>pc-i440fx-6.2</machine></arch></guest></capabilities>`,
		'kvm1\n',
		'default\nlab\n\n',
		'default\n',
		' b4ee7dfe-69b8-4af5-aeec-9ba6d429aff3   allow-arp\n',
		' 29f41ff8-0b4c-4615-9427-8ac5724830de   ceph client.libvirt secret\n',
		'Node 0:\n4KiB: 1056847\n2048KiB: 3\n\nNode 1:\n4KiB: 7\n2048KiB: 4\n',
	]);
	t.deepEqual(survey, {
		cpus: 2,
		libvirt: '9.0.0',
		qemu: '7.2.22',
		uuid: 'b1748159-f051-4197-985d-f200fce064c6',
		numaNodes: 2,
		machines: ['pc-i440fx-6.2', 'pc-q35-7.2', 'q35'],
		announced: 'kvm1',
		networks: [
			{name: 'default', isActive: true},
			{name: 'lab', isActive: false},
		],
		filters: ['allow-arp'],
		secrets: ['29f41ff8-0b4c-4615-9427-8ac5724830de'],
		hugepages: [{kib: 2048, free: 7}],
	});
	t.throws(() => parseLibvirtCapabilities(['', '', '', '', '', '', '', '', '']), {message: /no CPUs/});
});

const system = (sections: Readonly<Record<string, string>>) =>
	[
		...['mounts', 'links', 'addresses', 'bridges', 'firmware', 'hooks', 'swtpm'],
		...['sshd', 'clients', 'starters', 'services', 'jobs', 'thin', 'programs', 'clock'],
	]
		.map(name => `\n--- ${name} ---\n${sections[name] ?? ''}`)
		.join('');

test('what the system of a host says of itself', t => {
	const survey = parseSystemCapabilities(
		system({
			mounts:
				'      Avail Type     Filesystem Mounted on\n 4294025216 overlay  overlay    /\n 4294635520 tmpfs    tmpfs      /var/lib/my images\n',
			links: 'eth0 1500 10000\nlo 65536 \nbr0 9000 -1\n',
			addresses:
				'1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever\n2: eth0    inet 10.112.0.11/24 scope global eth0\n2: eth0    inet6 fe80::1/64 scope link\n',
			bridges: 'br0 9000 1 10,20-22,\nbr1 1500 0 1,\n',
			firmware: '/usr/share/OVMF/OVMF_CODE.fd\n',
			hooks: '/etc/libvirt/hooks/qemu\n',
			swtpm: 'TPM emulator version 0.7.1, Copyright (c) 2014-2021 IBM Corp.\n',
			sshd: 'port 22\nmaxsessions 10\nmaxstartups 10:30:100\n',
			clients: 'nclients_max        : 5000\nnclients            : 3\nnclients_unauth_max : 20\n',
			starters: 'libvirt-guests.service\n',
			jobs: 'apt-daily.service\n',
			thin: '  20.10  1.50\n  91.00  12.00\n',
			programs: 'qemu-nbd\n',
			clock: '1795440632123\n',
		}),
	);
	t.deepEqual(survey, {
		mounts: [
			{path: '/', freeBytes: 4294025216, type: 'overlay', source: 'overlay'},
			{path: '/var/lib/my images', freeBytes: 4294635520, type: 'tmpfs', source: 'tmpfs'},
		],
		links: [
			{name: 'eth0', mtu: 1500, bytesPerSecond: 1_250_000_000, addresses: ['10.112.0.11', 'fe80::1']},
			{name: 'lo', mtu: 65536, addresses: ['127.0.0.1']},
			{name: 'br0', mtu: 9000, addresses: []},
		],
		bridges: [
			{name: 'br0', mtu: 9000, vlans: [10, 20, 21, 22]},
			{name: 'br1', mtu: 1500, vlans: null},
		],
		firmware: ['/usr/share/OVMF/OVMF_CODE.fd'],
		hooks: ['/etc/libvirt/hooks/qemu'],
		swtpm: '0.7.1',
		ssh: {maxSessions: 10, maxStartups: 10},
		clients: {now: 3, most: 5000},
		starters: ['libvirt-guests.service'],
		services: [],
		jobs: ['apt-daily.service'],
		thin: {dataPercent: 91, metadataPercent: 12},
		missingPrograms: ['qemu-nbd'],
		clockMs: 1795440632123,
	});
});

test('a system that says little is known in little', t => {
	const {swtpm, thin, ...rest} = parseSystemCapabilities(system({clock: '1'}));
	t.is(swtpm, null);
	t.is(thin, null);
	t.false('ssh' in rest || 'clients' in rest);
	t.throws(() => parseSystemCapabilities('\n--- mounts ---\n'), {message: /did not report its links/});
});

test('what libvirt knows of a guest beside its definition', async t => {
	const inactive = '<domain><name>a</name><uuid>u</uuid><memory>1024</memory><vcpu>2</vcpu><devices/></domain>';
	const texts = ['Persistent:     yes\nManaged save:   yes\n', 'before\n\n', inactive, '', 'Block Pull: [ 50 %]\n'];
	t.deepEqual(await parseDomainDetails(texts, ['vda', 'vdb']), {
		managedSave: true,
		snapshots: ['before'],
		blockJobs: ['vdb'],
		stored: {memoryKib: 1024, vcpus: 2, disks: []},
	});
	t.is(await parseDomainDetails(['', '', ''], []), undefined);
});

test('the CPU of a guest, and what another host says of it', t => {
	const xml = `<domain type='qemu' id='1'><os/><cpu mode='custom' match='exact'>\n <model>qemu64</model>\n</cpu><x/></domain>`;
	t.deepEqual(cpuOf({machine: 'q35', xml}), {
		virttype: 'qemu',
		machine: 'q35',
		cpu: `<cpu mode='custom' match='exact'>\n <model>qemu64</model>\n</cpu>`,
	});
	t.is(cpuOf({machine: 'q35', xml: `<domain type='kvm'/>`}), undefined);
	t.deepEqual(parseCpuVerdict('The CPU provided by hypervisor on the host is a superset of CPU described in x\n'), {
		verdict: 'superset',
		missing: [],
	});
	t.deepEqual(
		parseCpuVerdict(
			'error: Failed to compare hypervisor CPU with x\nerror: the CPU is incompatible with host CPU: Host CPU does not provide required features: svm\n',
		)?.verdict,
		'incompatible',
	);
	t.is(parseCpuVerdict('error: cannot open'), undefined);
});

test('what the owners of a guest say in its metadata', t => {
	const xml = (metadata: string) => `<domain><metadata>${metadata}</metadata></domain>`;
	t.deepEqual(
		readGuestMetadata(
			xml(
				`<other:x xmlns:other='http://o'/><vacate:guest xmlns:vacate='urn:vacate' labels='db, prod' priority='7' policy='leave' apart='db' concerns='cluster-heartbeat'/>`,
			),
		),
		{
			labels: ['db', 'prod'],
			priority: 7,
			policy: 'leave',
			together: [],
			apart: ['db'],
			concerns: ['cluster-heartbeat'],
			carries: [],
		},
	);
	t.deepEqual(readGuestMetadata(xml('')).labels, []);
});

test('many paths in one answer', t => {
	t.deepEqual(parseStats('found 1:2:3 5 600 root:root regular file\nabsent\n', 2), [
		{type: 'file', identity: '1:2:3', bytes: 5, mode: '600', owner: 'root:root'},
		{type: 'absent'},
	]);
	t.is(parseStats('found 1:2:3 5 600 root:root regular file\n', 2), undefined);
	t.is(parseStats('failed\n', 1), undefined);
});

test('capabilities are read in time that grows with their length', t => {
	const many = (text: string) => text.repeat(Math.ceil(4_000_000 / text.length));
	const survey = (capabilities: string) => parseLibvirtCapabilities(['CPU(s):  2\n', '', capabilities]);
	t.deepEqual(survey(many("<machine canonical='")).machines, []);
	t.deepEqual(survey(many('<machine ')).machines, []);
	t.deepEqual(survey(`<machine maxCpus='1'>q35</machine>${many('<machine ')}`).machines, ['q35']);
});
