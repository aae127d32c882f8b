import {readFileSync} from 'node:fs';
import test from 'ava';
import {type Finding, remedyText} from '../../src/preflight/finding.ts';
import {
	accepting,
	blockersOfDestinations,
	blockersOfRun,
	obstaclesOf,
	preflight,
} from '../../src/preflight/preflight.ts';
import {rules} from '../../src/preflight/rules.ts';
import {isOlder} from '../../src/preflight/versions.ts';
import {
	type Changes,
	card,
	cdrom,
	disk,
	guest,
	host,
	path,
	plan,
	source,
	stranger,
	thinPool,
	without,
	world,
} from './world.ts';

test('where all is known and well, every rule has looked and passed', t => {
	const {findings, rules: tallies} = preflight(world());
	t.deepEqual(findings, []);
	t.true(tallies.every(({looked, passed}) => looked === passed && looked > 0));
});

test('there is a rule for each of the 45 checks, and each has a name of its own', t => {
	const checks = new Set(rules.map(({check}) => check));
	t.deepEqual(
		Array.from({length: 45}, (_, index) => index + 1).filter(check => !checks.has(check)),
		[],
	);
	t.is(new Set(rules.map(({id}) => id)).size, rules.length);
});

function lack(rule: string, reason: string) {
	return {rule, reason, remedy: 'mend it'};
}

/** What names things, or is asked for, is not a fact that could be unknown. */
const given = [
	'name',
	'target',
	'device',
	'type',
	'format',
	'readonly',
	'shareable',
	'unsupported',
	'tls',
	'dropsContents',
	'logsIn',
	'counts',
	'uri',
	'portRange',
	'perDestination',
];

/** Facts that say something of one end only: what they say of the other is not asked. */
const ofTheOtherEnd: Readonly<Record<string, readonly string[]>> = {
	source: [
		...['domains', 'freeKib', 'cpus', 'hugepages', 'numaNodes', 'machines', 'firmware', 'networks', 'bridges'],
		...['filters', 'secrets', 'pools', 'swtpm', 'clients', 'ssh', 'announced'],
	],
	host: ['unsettled', 'jobs', 'starters', 'services'],
	guest: ['uuid'],
	disk: ['path'],
	pair: ['guest', 'destination'],
	// The speed of the cards counts where none was measured.
	path: ['destination', 'measuredBytesPerSecond', 'linkBytesPerSecond'],
	plan: ['tls'],
};

const parts = {source, host, guest, disk, pair: {cpu: 0, disks: 0}, path, plan};

for (const part of Object.keys(parts) as readonly (keyof typeof parts)[]) {
	test(`a fact of the ${part} that is not known is never passed over`, t => {
		const names = Object.keys(parts[part]).filter(
			name => !given.includes(name) && !ofTheOtherEnd[part]?.includes(name),
		);
		t.true(names.length > 0);
		for (const name of names) {
			const unknown = preflight(without(part, name)).findings.filter(({outcome}) => outcome === 'unknown');
			t.true(unknown.length > 0, `${part}.${name}`);
			t.true(
				unknown.every(({reason, remedy}) => reason.startsWith('not checked: ') && remedyText(remedy) !== ''),
				`${part}.${name}`,
			);
		}
	});
}

test('of a guest of which only the name is known, nothing passes that is about it', t => {
	const {findings} = preflight({...world(), guests: [{uuid: 'u', name: 'dark'}], pairs: []});
	const asked = new Set(findings.filter(({outcome}) => outcome === 'unknown').map(({rule}) => rule));
	const aboutGuests = rules.filter(({id}) => /^(guest|disk)-/.test(id)).map(({id}) => id);
	const onlyOfOthers = ['guest-stale-definition'];
	t.deepEqual(
		aboutGuests.filter(id => !asked.has(id) && !onlyOfOthers.includes(id)),
		[],
	);
});

const tlsCertificate = {
	...source.tls.certificates['ca-cert.pem'],
	validFromMs: 0,
	validUntilMs: 2e12,
	names: [],
	fingerprint: 'x',
};

/** Rule to changes of the world and the findings that they make: reason, and remedy. */
const cases: Readonly<Record<string, readonly (readonly [Changes, readonly (readonly [string, string])[]])[]>> = {
	'source-reachable': [
		[
			{source: {reach: {why: 'connection refused'}}},
			[['libvirt does not respond: connection refused', 'systemctl status libvirtd virtqemud (on kvm1)']],
		],
	],
	'source-programs': [
		[
			{source: {missingPrograms: ['qemu-img']}},
			[
				[
					'qemu-img is not installed on kvm1',
					'install the package qemu-utils (Debian, Ubuntu), qemu-img (RHEL, Fedora) or qemu-tools (SUSE) on kvm1',
				],
			],
		],
	],
	'source-free': [
		[
			{source: {lock: 'run 7 of root@controller'}},
			[
				[
					'another run is changing this host: run 7 of root@controller',
					'wait until it ends, or stop it: vacate abort --host kvm1 -i INVENTORY',
				],
			],
		],
	],
	'source-settled': [
		[
			{source: {unsettled: [{guest: 'db1', state: 'in shutdown'}]}},
			[['db1 is in shutdown', 'virsh domstate --reason db1 (on kvm1)']],
		],
	],
	'source-jobs': [
		[{source: {jobs: ['backup.service']}}, [['backup.service is in progress', 'systemctl list-jobs (on kvm1)']]],
	],
	'source-starters': [
		[
			{source: {starters: ['libvirt-guests.service']}},
			[
				[
					'libvirt-guests.service may start guests while the host is being evacuated',
					'systemctl stop libvirt-guests.service (on kvm1)',
				],
			],
		],
	],
	'guest-autostart': [
		[
			{guest: {state: {state: 'shut off', reason: 'shutdown'}}},
			[
				[
					'the guest is shut off and has autostart set: it would start with the next start of libvirt',
					"virsh autostart --disable 'uuid of web1' (on kvm1)",
				],
			],
		],
	],
	'source-services': [
		[
			{source: {services: ['nfs-server.service']}},
			[
				[
					'nfs-server.service runs on the host itself and is not moved',
					'systemctl status nfs-server.service (on kvm1)',
				],
			],
		],
	],
	'guest-carries': [
		[
			{guest: {carries: ['this program']}},
			[
				[
					'this program depends on this guest, and would be interrupted during the move',
					'run vacate from another machine, or move web1 last and manually',
				],
			],
		],
	],
	'guest-state': [
		[
			{guest: {state: {state: 'paused', reason: 'I/O error'}}},
			[['the guest is paused after an I/O error', "virsh domblkerror 'uuid of web1' (on kvm1)"]],
		],
		[
			{guest: {state: {state: 'crashed', reason: '0'}}},
			[['the guest is crashed', "virsh domstate --reason 'uuid of web1' (on kvm1)"]],
		],
		[{guest: {state: {state: 'paused', reason: 'user'}}}, []],
	],
	'guest-definition': [
		[
			{guest: {definition: {why: 'not whole XML'}}},
			[['cannot read the definition: not whole XML', "virsh dumpxml 'uuid of web1' (on kvm1)"]],
		],
	],
	'guest-jobs': [
		[
			{guest: {job: 'backup', blockJobs: ['vda']}},
			[
				['a backup job is in progress', "virsh domjobabort 'uuid of web1' (on kvm1)"],
				['a block job of vda is in progress', "virsh blockjob 'uuid of web1' vda --info (on kvm1)"],
			],
		],
	],
	'guest-managed-save': [
		[
			{guest: {managedSave: true}},
			[['the guest has a managed save image, which is not moved', "virsh start 'uuid of web1' (on kvm1)"]],
		],
	],
	'guest-snapshots': [
		[
			{guest: {snapshots: ['before upgrade']}},
			[
				[
					'the guest has the snapshot before upgrade; libvirt cannot migrate guests with snapshots',
					"virsh snapshot-delete 'uuid of web1' 'before upgrade' (on kvm1)",
				],
			],
		],
	],
	'guest-unsaved': [
		[
			{guest: {unsaved: ['devices/disk[2]']}},
			[
				[
					'devices/disk[2] differs between the active and the persistent definition; both are moved, and the next start uses the persistent one',
					"virsh dumpxml 'uuid of web1' (on kvm1)",
				],
			],
		],
	],
	'guest-stored-disks': [
		[
			{guest: {storedOnly: [{target: 'vdb', path: '/images/b.qcow2'}]}},
			[
				[
					'vdb (/images/b.qcow2) is only in the persistent definition, so its image would be left behind',
					"virsh detach-disk 'uuid of web1' vdb --config (on kvm1)",
				],
			],
		],
	],
	'guest-loose-memory': [
		[
			{guest: {looseMemory: true}},
			[
				[
					'a memory device has no slot or base address, so its layout could differ at the destination',
					"virsh edit 'uuid of web1' (on kvm1)",
				],
			],
		],
	],
	'guest-blockers': [
		[
			{guest: {blockers: ['VirtFS export path mounted']}},
			[['QEMU reports a migration blocker: VirtFS export path mounted', 'move web1 cold, or remove the cause']],
		],
	],
	'guest-converges': [
		[
			{guest: {dirtyBytesPerSecond: 900 * 1024 ** 2}, plan: {neverConverge: ['uuid of web1']}},
			[
				[
					'the guest dirties 900 MiB of memory per second, more than can be sent',
					'set auto_converge: true, raise the bandwidth, or move the guest at a time of low load',
				],
			],
		],
	],
	'guest-agent': [
		[
			{guest: {agent: false}},
			[
				[
					'the guest agent is not connected: virsh domtime --sync cannot set the clock after the move',
					'in web1: systemctl start qemu-guest-agent',
				],
			],
		],
		[{guest: {agent: null}}, []],
		[{guest: {agent: false, state: {state: 'shut off', reason: 'shutdown'}}}, []],
	],
	'guest-pause': [
		[
			{guest: {watchdog: 'poweroff', pauseConcerns: ['cluster-heartbeat']}},
			[
				[
					'the watchdog (action: poweroff) can fire if the guest is paused for too long',
					'in web1: raise the watchdog timeout above the longest pause',
				],
				['note of the owners: cluster-heartbeat', 'ask the owners of web1, or set a shorter max_downtime for it'],
			],
		],
		[{guest: {watchdog: 'none'}}, []],
	],
	'guest-devices': [
		[
			{
				guest: {
					devices: [
						{kind: 'pci', name: '0000:3b:00.0', isTeamed: false},
						{kind: 'pci', name: '0000:3b:02.0', isTeamed: true},
					],
				},
			},
			[
				[
					'pci 0000:3b:00.0: a PCI device of the host cannot be moved',
					'detach 0000:3b:00.0 from web1: virsh detach-device --config; or leave the guest: policy: leave',
				],
			],
		],
	],
	'guest-tpm': [
		[
			{host: {swtpm: null}},
			[['the guest has a TPM, but swtpm is not installed on the destination', 'apt-get install swtpm (on kvm2)']],
		],
		[
			{host: {secrets: []}},
			[
				[
					'the libvirt secret secret of web1 of the encrypted TPM does not exist on the destination',
					"virsh secret-define 'secret of web1.xml' (on kvm2)",
				],
			],
		],
		[{guest: {tpm: null}, host: {swtpm: null}}, []],
		[{guest: {tpm: {secret: null}}, host: {secrets: []}}, []],
	],
	'guest-files': [
		[
			{pair: {lacks: [lack('guest-files', 'its emulator, /opt/kvm, does not exist on kvm2'), lack('other', 'x')]}},
			[['its emulator, /opt/kvm, does not exist on kvm2', 'mend it']],
		],
	],
	'guest-listeners': [
		[
			{pair: {lacks: [lack('guest-listeners', 'the serial requires TCP port 4555, which is in use on kvm2')]}},
			[['the serial requires TCP port 4555, which is in use on kvm2', 'mend it']],
		],
	],
	'guest-shared-tpm': [
		[
			{guest: {isTpmShared: true}},
			[
				[
					'the TPM state is on shared storage, which requires swtpm with --migration on both hosts',
					'install swtpm 0.8 and libvirt 8.10 or later on both hosts',
				],
			],
		],
	],
	'guest-confidential': [
		[
			{guest: {confidential: 'SEV', tscUnfixed: true}},
			[
				[
					'guest memory is encrypted with SEV, so it cannot be migrated live',
					'shut web1 down and move it cold: policy: live_or_cold',
				],
				['the guest has the CPU feature invtsc without a fixed TSC frequency', "virsh edit 'uuid of web1' (on kvm1)"],
			],
		],
	],
	'disk-reservations': [
		[
			{disk: {hasReservations: true}},
			[
				[
					'the disk has SCSI persistent reservations, which belong to the host',
					'release them in web1, or move the guest cold',
				],
			],
		],
	],
	'disk-shareable': [
		[
			{disk: {shareable: true}, pair: {disks: [{target: 'vda', found: 'same'}]}},
			[
				[
					'the disk is shareable and therefore not copied: it must be on storage that both hosts share',
					'stop the other writers, or move them together',
				],
			],
		],
	],
	'disk-cache': [
		[
			{source: {libvirt: '5.6.0'}, disk: {cache: 'writeback'}},
			[
				[
					'cache mode writeback: libvirt before 5.7 refuses to migrate a shared disk with it as unsafe',
					"virsh edit 'uuid of web1' (on kvm1)",
				],
			],
		],
		[{source: {libvirt: '5.6.0'}, disk: {cache: 'writeback', readonly: true}}, []],
		[{disk: {cache: 'writeback'}}, []],
	],
	'disk-transient': [
		[
			{disk: {isTransient: true}},
			[['the disk is transient; libvirt cannot migrate guests with transient disks', 'move web1 cold']],
		],
	],
	'guest-cpu': [
		[
			{pair: {cpu: {verdict: 'incompatible', missing: ['avx512f', 'pku']}}},
			[
				[
					'the CPU of the destination lacks avx512f, pku',
					'configure a CPU model for web1 that all hosts support, and restart it; or move it cold',
				],
			],
		],
		[
			{
				guest: {state: {state: 'shut off', reason: 'shutdown'}},
				pair: {cpu: {verdict: 'incompatible', missing: ['avx512f']}},
			},
			[],
		],
	],
	'guest-machine': [
		[
			{host: {machines: ['pc-q35-6.0']}},
			[
				[
					'the destination does not support the machine type pc-q35-7.2',
					'virsh domcapabilities --machine pc-q35-7.2 (on kvm2)',
				],
			],
		],
	],
	'guest-firmware': [
		[
			{host: {firmware: []}},
			[
				[
					'the firmware /usr/share/OVMF/OVMF_CODE.fd does not exist on the destination',
					'apt-get install ovmf (on kvm2)',
				],
			],
		],
	],
	'guest-cpus': [
		[
			{host: {cpus: 2, numaNodes: 1}, guest: {highestNode: 1}},
			[
				[
					'the guest has 4 virtual CPUs, the destination has 2 CPUs',
					"virsh setvcpus 'uuid of web1' 2 --live --config (on kvm1)",
				],
				[
					'the guest is pinned to CPU 3; the last CPU of the destination is 1',
					"virsh vcpupin 'uuid of web1' (on kvm1)",
				],
				[
					'the guest is bound to NUMA node 1; the last node of the destination is 0',
					"virsh numatune 'uuid of web1' (on kvm1)",
				],
			],
		],
		[{host: {numaNodes: 1}, guest: {highestNode: null, highestPin: null}}, []],
	],
	'guest-hugepages': [
		[
			{host: {hugepages: [{kib: 2048, free: 1000}]}},
			[['2048 huge pages of 2048 KiB required, 1000 free', 'virsh allocpages 2048 1048 --add (on kvm2)']],
		],
		[{guest: {hugepageKib: null}, host: {hugepages: []}}, []],
	],
	'disk-readable': [
		[
			{disk: {realFormat: 'raw'}},
			[['the image is declared as qcow2, but is raw', "virsh edit 'uuid of web1' (on kvm1)"]],
		],
		[
			{disk: {realFormat: null}},
			[
				[
					'/images/web1.qcow2 cannot be opened',
					'qemu-img info -U --backing-chain -f qcow2 /images/web1.qcow2 (on kvm1)',
				],
			],
		],
		[
			{disk: {missingLayer: '/images/base.qcow2'}},
			[
				[
					'backing file not found: /images/base.qcow2',
					'qemu-img info -U --backing-chain -f qcow2 /images/web1.qcow2 (on kvm1)',
				],
			],
		],
	],
	'disk-supported': [
		[
			{disk: {unsupported: ['its type is nvme']}},
			[['not supported: its type is nvme', "virsh edit 'uuid of web1' (on kvm1)"]],
		],
	],
	'disk-layers': [
		[
			{disk: {layerUsers: ['web2', 'web3']}},
			[
				[
					'the disk shares a backing file with web2, web3; the copy will contain all its data',
					'make sure that the destination has space for full copies',
				],
			],
		],
	],
	'disk-users': [
		[
			{disk: {imageUsers: ['web2']}},
			[['web2 uses /images/web1.qcow2 too', 'virsh domblklist web2 --details (on kvm1)']],
		],
	],
	'disk-place': [
		[
			{disk: {shareable: true}},
			[
				[
					'/images/web1.qcow2 has several writers, but is not accessible at the destination',
					'put it on storage shared with kvm2',
				],
			],
		],
	],
	'disk-path-free': [
		[
			{pair: {disks: [{target: 'vda', found: 'foreign'}]}},
			[
				[
					'/images/web1.qcow2 exists, and vacate never overwrites a file it did not create',
					'qemu-img info -U /images/web1.qcow2 (on kvm2)',
				],
			],
		],
		[
			{pair: {disks: [{target: 'vda', found: 'ours'}]}},
			[['/images/web1.qcow2 exists, left by an earlier run', 'rm -- /images/web1.qcow2 (on kvm2)']],
		],
		[{pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
	'disk-media': [
		[
			{guest: {disks: [cdrom]}, pair: {disks: [{target: 'sda', found: 'nothing'}]}},
			[
				[
					'/iso/debian.iso, in the cdrom, does not exist at the destination',
					"virsh change-media 'uuid of web1' sda --eject (on kvm1)",
				],
			],
		],
		[
			{disk: {readonly: true}},
			[
				[
					'/images/web1.qcow2 is read-only and not copied, but differs at the destination',
					'rsync --sparse /images/web1.qcow2 kvm2:/images/web1.qcow2 (on kvm1)',
				],
			],
		],
		[{guest: {disks: [cdrom]}, pair: {disks: [{target: 'sda', found: 'foreign'}]}}, []],
	],
	'disk-format': [
		[
			{disk: {specialties: ['encrypted']}},
			[
				[
					'the image cannot be recreated: encrypted',
					'create /images/web1.qcow2 on kvm2 manually, and move the guest with virsh_migrate',
				],
			],
		],
		[
			{
				disk: {type: 'block', path: '/dev/vg/web1'},
				pair: {disks: [{target: 'vda', found: 'nothing', deviceBytes: 5}]},
			},
			[
				[
					'the device at the destination has 5 bytes; 10737418240 required',
					'blockdev --getsize64 /dev/vg/web1 (on kvm2)',
				],
			],
		],
		[{disk: {specialties: ['encrypted']}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
		[
			{disk: {contents: ['internal snapshot before', 'bitmap backup-0']}},
			[
				[
					'the image contains data that a copy lacks: internal snapshot before, bitmap backup-0',
					'with web1 shut off, delete what is not needed: qemu-img snapshot -d or qemu-img bitmap --remove (on kvm1); or set image_contents: drop to copy without it',
				],
			],
		],
		[{disk: {contents: ['bitmap backup-0']}, plan: {dropsContents: true}}, []],
		[{disk: {contents: ['bitmap backup-0']}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
	'destination-thin-pools': [
		[
			{host: {pools: [thinPool(40, 95)]}},
			[
				[
					'the thin pool of /images is 40 % full (metadata: 95 %)',
					'lvs -o lv_name,data_percent,metadata_percent (on kvm2)',
				],
			],
		],
	],
	'disk-space': [
		[
			{host: {pools: [{...thinPool(0, 0), freeBytes: 5}]}},
			[['up to 10737418240 bytes required, 5 free in /images', 'df --block-size=1 /images (on kvm2)']],
		],
		[
			{host: {pools: [{...thinPool(0, 0), path: '/elsewhere'}]}},
			[['no storage pool of the destination contains /images/web1.qcow2', 'virsh pool-list --all (on kvm2)']],
		],
		[
			{host: {pools: [{...thinPool(0, 0), isActive: false}]}},
			[['the storage pool /images is not active on the destination', 'virsh pool-list --all (on kvm2)']],
		],
		[{host: {pools: [{...thinPool(0, 0), freeBytes: 5}]}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
	'destination-up': [
		[
			{host: {reach: {why: 'no route'}}},
			[['libvirt does not respond: no route', 'systemctl status libvirtd virtqemud (on kvm2)']],
		],
		[
			{host: {reach: {why: 'sh: 1: exec: virsh: not found'}}},
			[
				[
					'virsh is not installed on kvm2',
					'install the package libvirt-clients (Debian, Ubuntu) or libvirt-client (RHEL, Fedora, SUSE) on kvm2',
				],
			],
		],
	],
	'destination-programs': [
		[
			{host: {missingPrograms: ['virsh']}},
			[
				[
					'virsh is not installed on kvm2',
					'install the package libvirt-clients (Debian, Ubuntu) or libvirt-client (RHEL, Fedora, SUSE) on kvm2',
				],
			],
		],
	],
	'destination-free': [
		[
			{host: {lock: 'run 8 of root@controller'}},
			[
				[
					'another run is changing this host: run 8 of root@controller',
					'wait until it ends, or stop it: vacate abort --host kvm2 -i INVENTORY',
				],
			],
		],
	],
	'destination-versions': [
		[
			{host: {libvirt: '8.9.12', qemu: '6.2'}},
			[
				[
					'QEMU 6.2 is older than 7.2.0 at the source; guests can only move to the same version or a newer one',
					'update QEMU on kvm2',
				],
				[
					'libvirt 8.9.12 is older than 9.0.0 at the source; guests can only move to the same version or a newer one',
					'update libvirt on kvm2',
				],
			],
		],
		[{host: {libvirt: '10.0.0', qemu: '7.10.0'}}, []],
	],
	'destination-is-another': [
		[
			{host: {uuid: 'uuid of kvm1'}},
			[
				[
					'both hosts have the UUID uuid of kvm1, so libvirt treats them as one host',
					'set host_uuid in /etc/libvirt/libvirtd.conf of kvm2 to the output of uuidgen',
				],
			],
		],
	],
	'guest-identity': [
		[
			{host: {domains: [{...stranger, name: 'web1'}]}},
			[
				[
					'a guest with the same name and the UUID uuid of another exists on the destination',
					"virsh domrename 'uuid of another' web1-old (on kvm2)",
				],
			],
		],
		[
			{host: {domains: [{...stranger, macs: [card.mac]}]}},
			[
				[
					'db1 on the destination has the same MAC address 52:54:00:00:00:01',
					"virsh domiflist 'uuid of another' (on kvm2)",
				],
			],
		],
		[
			{host: {domains: [{...stranger, uuid: guest.uuid}]}},
			[['the guest is also running on the destination', "virsh domstate --reason 'uuid of web1' (on kvm2)"]],
		],
		[
			{host: {domains: [{...stranger, uuid: guest.uuid, isActive: false}]}},
			[['db1 on the destination has the same UUID', "virsh undefine --keep-nvram 'uuid of web1' (on kvm2)"]],
		],
		[{host: {domains: [stranger]}}, []],
	],
	'guest-stale-definition': [
		[
			{host: {domains: [{...stranger, uuid: guest.uuid, name: guest.name, isActive: false}]}},
			[
				[
					'the destination has a definition of the guest from an earlier stay, which is replaced',
					"virsh dumpxml --inactive 'uuid of web1' (on kvm2)",
				],
			],
		],
	],
	'guest-networks': [
		[
			{host: {networks: []}},
			[
				[
					'the network default does not exist on the destination',
					'virsh net-define default.xml (on kvm2); or set network_map: {default: NAME} if it has another name there',
				],
			],
		],
		[
			{host: {networks: [{name: 'default', isActive: false}]}},
			[['the network default is not active on the destination', 'virsh net-start default (on kvm2)']],
		],
		[{guest: {interfaces: [{...card, network: null}]}, host: {networks: []}}, []],
		[{host: {networks: [{name: 'internal', isActive: true}]}, pair: {networkMap: {default: 'internal'}}}, []],
	],
	'guest-bridges': [
		[
			{host: {bridges: []}},
			[
				[
					'the bridge br0 does not exist on the destination',
					'ip link add br0 type bridge (on kvm2); or set network_map: {br0: NAME} if it has another name there',
				],
			],
		],
		[
			{host: {bridges: [{name: 'br0', mtu: 9000, vlans: [20]}]}},
			[
				['the bridge br0 does not carry VLAN 10 on the destination', 'bridge vlan show (on kvm2)'],
				[
					'the bridge br0 has MTU 9000 on the destination, the interface of the guest has MTU 1500',
					'ip link set br0 mtu 1500 (on kvm2), if the network supports that',
				],
			],
		],
		[{host: {bridges: [{name: 'br0', mtu: 1500, vlans: null}]}}, []],
	],
	'guest-filters': [
		[
			{host: {filters: []}},
			[
				[
					'the network filter clean-traffic does not exist on the destination',
					'virsh nwfilter-define clean-traffic.xml (on kvm2)',
				],
			],
		],
	],
	'guest-memory': [
		[{host: {freeKib: 1024 ** 2}}, [['4096 MiB of memory required, 1024 MiB free', 'virsh nodememstats (on kvm2)']]],
	],
	'plan-rules': [
		[
			{plan: {brokenRules: ['kvm2 and kvm3 could not take over the guests of one of them']}},
			[
				[
					'kvm2 and kvm3 could not take over the guests of one of them',
					'add a host to the destinations, or relax the rule',
				],
			],
		],
	],
	'guest-secrets': [
		[
			{host: {secrets: []}, guest: {tpm: null}},
			[
				[
					'the libvirt secret secret of web1 does not exist on the destination',
					"virsh secret-define 'secret of web1.xml' (on kvm2)",
				],
			],
		],
	],
	'destination-hooks': [
		[
			{host: {hooks: []}},
			[
				[
					'the hook /etc/libvirt/hooks/qemu exists on only one of the two hosts',
					'ls -l /etc/libvirt/hooks/qemu (on kvm2)',
				],
			],
		],
	],
	'destination-connections': [
		[
			{host: {clients: {now: 18, most: 20}, ssh: {maxSessions: 1, maxStartups: 10}}},
			[
				[
					'libvirt accepts 2 more clients; 2 concurrent moves require two each',
					'virt-admin server-clients-set libvirtd --max-clients 5000 (on kvm2)',
				],
				['sshd accepts only 1 sessions per connection and 10 concurrent logins', 'sshd -T (on kvm2)'],
			],
		],
	],
	'path-login': [
		[
			{path: {login: {why: 'host key verification failed'}}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: host key verification failed',
					'as root of kvm1, verify and accept the host key of kvm2: ssh root@kvm2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'root@kvm2: Permission denied (publickey)'}}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: root@kvm2: Permission denied (publickey)',
					'as root of kvm1: ssh-copy-id root@kvm2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{
				path: {
					login: {why: 'Permission denied (publickey)'},
					uri: 'qemu+ssh://op%2B1@[2001:db8::2]:2222/system?no_tty=1',
				},
			},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: Permission denied (publickey)',
					'as root of kvm1: ssh-copy-id -p 2222 op+1@2001:db8::2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'Host key verification failed.'}, uri: 'qemu+ssh://root@192.0.2.12:2222/system?no_tty=1'}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: Host key verification failed.',
					'as root of kvm1, verify and accept the host key of kvm2: ssh -p 2222 root@192.0.2.12; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'no route to host'}}},
			[
				[
					'root of kvm1 cannot connect to libvirt on kvm2: no route to host',
					"virsh --connect 'qemu+ssh://root@kvm2/system?no_tty=1' hostname (on kvm1)",
				],
			],
		],
		[{path: {login: {why: 'no route to host'}}, plan: {logsIn: false}}, []],
	],
	'path-name': [
		[
			{host: {announced: 'localhost.localdomain'}},
			[
				[
					'the host name is localhost.localdomain: a migration without an explicit address would connect to the source itself',
					'hostnamectl set-hostname kvm2 (on kvm2)',
				],
			],
		],
	],
	'path-ports': [
		[
			{path: {ports: [{port: 49152, answer: 'dropped'}]}},
			[
				[
					'packets to TCP port 49152 are dropped: a guest would freeze for minutes',
					'open it for kvm1, for example: firewall-cmd --add-port=49152-49215/tcp (on kvm2)',
				],
			],
		],
		[
			{path: {ports: [{port: 49152, answer: 'refused'}]}},
			[
				[
					'TCP port 49152 is not open: refused',
					'open it for kvm1, for example: firewall-cmd --add-port=49152-49215/tcp (on kvm2)',
				],
			],
		],
		[{path: {ports: []}}, [['not checked: ports for memory and disks', "sh -c 'command -v qemu-nbd ss' (on kvm2)"]]],
	],
	'path-tls': [
		[
			{host: {tls: {...host.tls, missing: ['ca-cert.pem'], certificates: {}}}},
			[['/etc/pki/qemu/ca-cert.pem does not exist on kvm2', 'virt-pki-validate (on kvm2)']],
		],
		[
			{
				host: {
					tls: {
						...host.tls,
						certificates: {
							'ca-cert.pem': {...tlsCertificate, fingerprint: 'another CA'},
							'server-cert.pem': {
								...tlsCertificate,
								validUntilMs: host.tls.atMs + 3_599_000,
								names: ['kvm9'],
								signedBy: 'another CA',
							},
						},
					},
				},
			},
			[
				[
					'/etc/pki/qemu/server-cert.pem on kvm2 expires before the run ends: 2027-01-15T08:59:59.000Z',
					'openssl x509 -in /etc/pki/qemu/server-cert.pem -noout -dates (on kvm2)',
				],
				[
					'/etc/pki/qemu/server-cert.pem of kvm2 is not signed by /etc/pki/qemu/ca-cert.pem of kvm1',
					'openssl x509 -in /etc/pki/qemu/server-cert.pem -noout -issuer (on kvm2)',
				],
				[
					'/etc/pki/qemu/client-cert.pem of kvm1 is not signed by /etc/pki/qemu/ca-cert.pem of kvm2',
					'openssl x509 -in /etc/pki/qemu/client-cert.pem -noout -issuer (on kvm1)',
				],
				[
					'/etc/pki/qemu/server-cert.pem on kvm2 is for kvm9, not for kvm2',
					'openssl x509 -in /etc/pki/qemu/server-cert.pem -noout -ext subjectAltName (on kvm2)',
				],
			],
		],
		[{plan: {tls: 'kvm3'}}, []],
		[{source: {tls: {...source.tls, missing: ['ca-cert.pem']}}, plan: {tls: false}}, []],
	],
	'path-speed': [
		[
			{path: {measuredBytesPerSecond: 1024 ** 2, mtu: {source: 9000, destination: 1500, passes: false}}},
			[
				['the measured speed is only 1.0 MiB/s', 'check for other traffic between kvm1 and kvm2'],
				['the network interface has MTU 1500, that of kvm1 has MTU 9000', 'ip link show (on kvm2)'],
				['packets of 9000 bytes from kvm1 are lost', 'ping -M do -c 3 -s 8972 kvm2 (on kvm1)'],
			],
		],
	],
	'path-clocks': [
		[
			{host: {clockOffsetMs: -900}},
			[['the clocks differ by 903 ms, as would measured downtimes', 'chronyc makestep (on kvm2)']],
		],
	],
	'plan-homes': [
		[
			{plan: {homeless: [{guest: 'web1', reason: 'no memory'}]}},
			[['web1 cannot be placed: no memory', 'add a host to the destinations, or free capacity on one']],
		],
	],
	'plan-way-back': [
		[
			{plan: {wayBack: [{guest: 'web1', reason: 'kvm1 is older'}]}},
			[['web1 could not move back: kvm1 is older', 'exclude web1, or leave it at the destination']],
		],
		[{plan: {wayBack: null}}, []],
	],
	'plan-window': [
		[
			{plan: {window: {ms: 1_800_000, leaveOut: ['db1', 'web1']}}},
			[
				[
					'all moves take 60 min, longer than the window of 30 min: db1, web1 would stay',
					'extend the window to 60 min, allow more concurrent moves, or exclude these guests',
				],
			],
		],
		[{plan: {window: null}}, []],
	],
};

test('every rule has a case, and every case a rule', t => {
	t.deepEqual(Object.keys(cases).sort(), rules.map(({id}) => id).sort());
});

for (const [id, variants] of Object.entries(cases)) {
	test(`${id} finds what it is for`, t => {
		for (const [changes, expected] of variants) {
			const {findings} = preflight(world(changes));
			const own = findings.filter(({rule}) => rule === id);
			t.deepEqual(
				Object.fromEntries(own.map(({reason, remedy}) => [reason, remedyText(remedy)])),
				Object.fromEntries(expected),
			);
		}
	});
}

test('what blocks comes first, and a report is the same however the facts are ordered', t => {
	const facts = world({guest: {agent: false, snapshots: ['b', 'a']}, host: {lock: 'run 8'}});
	const two = {...facts, destinations: [...facts.destinations, {...host, name: 'kvm3', uuid: 'third', lock: 'run 9'}]};
	const {findings} = preflight(two);
	t.deepEqual(
		findings.filter(({outcome}) => outcome === 'found').map(({severity, reason}) => `${severity}: ${reason}`),
		[
			'blocks: the guest has the snapshot a; libvirt cannot migrate guests with snapshots',
			'blocks: the guest has the snapshot b; libvirt cannot migrate guests with snapshots',
			'warns: the guest agent is not connected: virsh domtime --sync cannot set the clock after the move',
			'warns: another run is changing this host: run 8',
			'warns: another run is changing this host: run 9',
		],
	);
	t.deepEqual(preflight({...two, destinations: two.destinations.toReversed()}).findings, findings);
});

test('what blocks the run, a destination and a guest are kept apart', t => {
	const report = preflight(
		world({
			source: {lock: 'run-7'},
			host: {uuid: source.uuid, freeKib: 0},
			guest: {snapshots: ['old'], devices: [{kind: 'pci', name: '0000:01:00.0', isTeamed: false}], agent: false},
			pair: {disks: [{target: 'vda', found: 'foreign'}]},
		}),
	);
	const ids = (findings: readonly Finding[]) => findings.map(({rule}) => rule);
	t.deepEqual(ids(blockersOfRun(report)), ['source-free']);
	t.deepEqual(ids(blockersOfDestinations(report).get('kvm2') ?? []), ['destination-is-another']);
	t.deepEqual(ids(blockersOfDestinations(report).get('kvm3') ?? []), []);
	t.deepEqual(obstaclesOf(report).get('uuid of web1'), [
		{modes: ['live', 'cold'], reason: 'the guest has the snapshot old; libvirt cannot migrate guests with snapshots'},
		{modes: ['live', 'cold'], reason: 'pci 0000:01:00.0: a PCI device of the host cannot be moved'},
		{
			host: 'kvm2',
			modes: ['live', 'cold'],
			reason: 'vda: /images/web1.qcow2 exists, and vacate never overwrites a file it did not create',
		},
	]);
});

test('what is not known stands in the way as what blocks does, but for what only warns', t => {
	const report = preflight({...without('guest', 'snapshots')});
	t.deepEqual(obstaclesOf(report).get('uuid of web1'), [{modes: ['live', 'cold'], reason: 'not checked: snapshots'}]);
	t.is(obstaclesOf(preflight(without('guest', 'agent'))).size, 0);
});

test('versions are compared by their numbers', t => {
	t.true(isOlder('8.9.12', '9.0.0'));
	t.true(isOlder('7.2', '7.10'));
	t.false(isOlder('10.0.0', '9.99.99'));
	t.false(isOlder('7.2', '7.2.0'));
	t.false(isOlder('7.2.22 (Debian 1:7.2+dfsg-7)', '7.2.22'));
});

test('the documentation names every rule with its check', t => {
	const text = readFileSync(new URL('../../../docs/preflight.md', import.meta.url), 'utf8');
	const documented = [...text.matchAll(/^\| (\d+) \| (.+?) \|/gm)].flatMap(([, check, ids = '']) =>
		[...ids.matchAll(/`([a-z-]+)`/g)].map(([, id]) => `${check} ${id}`),
	);
	t.deepEqual(documented.sort(), rules.map(({check, id}) => `${check} ${id}`).sort());
});

test('findings of a rule that somebody accepts are warnings, and keep no guest', t => {
	const report = preflight(
		world({pair: {lacks: [lack('guest-files', 'its kernel, /boot/x, does not exist on kvm2')]}}),
	);
	t.is(obstaclesOf(report).get(guest.uuid)?.length, 1);
	const accepted = accepting(report, ['guest-files']);
	t.deepEqual([...obstaclesOf(accepted)], []);
	t.deepEqual(
		accepted.findings.map(({rule, severity}) => `${rule} ${severity}`),
		['guest-files warns'],
	);
	t.is(obstaclesOf(accepting(report, ['guest-cpu'])).get(guest.uuid)?.length, 1);
});
