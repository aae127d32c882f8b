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
				unknown.every(({reason, remedy}) => reason.startsWith('not known: ') && remedyText(remedy) !== ''),
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
			[['its libvirt does not answer: connection refused', 'systemctl status libvirtd virtqemud (on kvm1)']],
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
					'another run is changing it: run 7 of root@controller',
					'wait for its end, or end it: vacate abort --host kvm1 -i INVENTORY',
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
		[{source: {jobs: ['backup.service']}}, [['backup.service is under way', 'systemctl list-jobs (on kvm1)']]],
	],
	'source-starters': [
		[
			{source: {starters: ['libvirt-guests.service']}},
			[
				[
					'libvirt-guests.service may start guests while the host is being emptied',
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
					'it is off and starts with the host: it would come back at the next start of libvirt',
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
					'nfs-server.service runs on the host itself, and moves with no guest',
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
					'it carries this program, which would stop in the middle of its own move',
					'run vacate from elsewhere, or leave web1 to the last by hand',
				],
			],
		],
	],
	'guest-state': [
		[
			{guest: {state: {state: 'paused', reason: 'I/O error'}}},
			[['it stands still after an I/O error of a disk', "virsh domblkerror 'uuid of web1' (on kvm1)"]],
		],
		[
			{guest: {state: {state: 'crashed', reason: '0'}}},
			[['it is crashed', "virsh domstate --reason 'uuid of web1' (on kvm1)"]],
		],
		[{guest: {state: {state: 'paused', reason: 'user'}}}, []],
	],
	'guest-definition': [
		[
			{guest: {definition: {why: 'not whole XML'}}},
			[['its definition cannot be read: not whole XML', "virsh dumpxml 'uuid of web1' (on kvm1)"]],
		],
	],
	'guest-jobs': [
		[
			{guest: {job: 'backup', blockJobs: ['vda']}},
			[
				['a backup of it is under way', "virsh domjobabort 'uuid of web1' (on kvm1)"],
				['a block job of vda is under way', "virsh blockjob 'uuid of web1' vda --info (on kvm1)"],
			],
		],
	],
	'guest-managed-save': [
		[
			{guest: {managedSave: true}},
			[['its memory is saved in a file that does not move with it', "virsh start 'uuid of web1' (on kvm1)"]],
		],
	],
	'guest-snapshots': [
		[
			{guest: {snapshots: ['before upgrade']}},
			[
				[
					'libvirt moves no guest with snapshots, and it has before upgrade',
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
					'devices/disk[2] differs between its running and its stored definition: both move, and its next start takes the stored one',
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
					'vdb (/images/b.qcow2) is in its stored definition alone, and its image would stay behind',
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
					'a memory device of it has no slot or base address, so that it could not be the same there',
					"virsh edit 'uuid of web1' (on kvm1)",
				],
			],
		],
	],
	'guest-blockers': [
		[
			{guest: {blockers: ['VirtFS export path mounted']}},
			[['QEMU refuses: VirtFS export path mounted', 'move web1 cold, or remove what blocks it']],
		],
	],
	'guest-converges': [
		[
			{guest: {dirtyBytesPerSecond: 900 * 1024 ** 2}, plan: {neverConverge: ['uuid of web1']}},
			[
				[
					'it changes 900 MiB of memory a second, more than can be sent',
					'set auto_converge: true, give it more bandwidth, or move it in a quiet hour',
				],
			],
		],
	],
	'guest-agent': [
		[
			{guest: {agent: false}},
			[
				[
					'its guest agent is not connected: virsh domtime --sync cannot set its clock after the move',
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
					'its watchdog does poweroff when the guest stands still for too long',
					'in web1: raise the watchdog’s time over the longest pause',
				],
				['its owners say: cluster-heartbeat', 'ask the owners of web1, or set a shorter max_downtime for it'],
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
					'pci 0000:3b:00.0: a device of the host’s PCI bus stays there',
					'take 0000:3b:00.0 out of web1: virsh detach-device --config; or leave the guest: policy: leave',
				],
			],
		],
	],
	'guest-tpm': [
		[{host: {swtpm: null}}, [['it has a TPM, and the destination has no swtpm', 'apt-get install swtpm (on kvm2)']]],
		[
			{host: {secrets: []}},
			[
				[
					'its TPM is encrypted with the secret secret of web1, which the destination does not have',
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
			{pair: {lacks: [lack('guest-listeners', 'its serial needs TCP port 4555, which is in use on kvm2')]}},
			[['its serial needs TCP port 4555, which is in use on kvm2', 'mend it']],
		],
	],
	'guest-shared-tpm': [
		[
			{guest: {isTpmShared: true}},
			[
				[
					'the state of its TPM is on shared storage: both ends need a swtpm with --migration',
					'swtpm 0.8 and libvirt 8.10 or later on both hosts',
				],
			],
		],
	],
	'guest-confidential': [
		[
			{guest: {confidential: 'SEV', tscUnfixed: true}},
			[
				[
					'its memory is encrypted by SEV, and the host cannot send what it cannot read',
					'move web1 cold: policy stop_and_start',
				],
				['it has the CPU feature invtsc and no fixed frequency', "virsh edit 'uuid of web1' (on kvm1)"],
			],
		],
	],
	'disk-reservations': [
		[
			{disk: {hasReservations: true}},
			[['it holds SCSI reservations, which belong to the host', 'release them in web1, or move it cold']],
		],
	],
	'disk-shareable': [
		[
			{disk: {shareable: true}, pair: {disks: [{target: 'vda', found: 'same'}]}},
			[
				[
					'several guests may write to it, so it is not copied: it must be on storage that both hosts see',
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
					'the host caches it (writeback): libvirt before 5.7 refuses the move of a shared disk as unsafe',
					"virsh edit 'uuid of web1' (on kvm1)",
				],
			],
		],
		[{source: {libvirt: '5.6.0'}, disk: {cache: 'writeback', readonly: true}}, []],
		[{disk: {cache: 'writeback'}}, []],
	],
	'disk-transient': [
		[{disk: {isTransient: true}}, [['it is transient, and libvirt moves no guest with such a disk', 'move web1 cold']]],
	],
	'guest-cpu': [
		[
			{pair: {cpu: {verdict: 'incompatible', missing: ['avx512f', 'pku']}}},
			[
				[
					'the destination’s CPU lacks avx512f, pku',
					'give web1 a CPU model that all hosts have, and restart it; or move it cold',
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
					'the destination does not know the machine type pc-q35-7.2',
					'virsh domcapabilities --machine pc-q35-7.2 (on kvm2)',
				],
			],
		],
	],
	'guest-firmware': [
		[
			{host: {firmware: []}},
			[['its firmware /usr/share/OVMF/OVMF_CODE.fd is not there', 'apt-get install ovmf (on kvm2)']],
		],
	],
	'guest-cpus': [
		[
			{host: {cpus: 2, numaNodes: 1}, guest: {highestNode: 1}},
			[
				['it has 4 virtual CPUs, and the destination 2', "virsh setvcpus 'uuid of web1' 2 --live --config (on kvm1)"],
				['it is pinned to CPU 3, and the destination’s last is 1', "virsh vcpupin 'uuid of web1' (on kvm1)"],
				['it is bound to NUMA node 1, and the destination’s last is 0', "virsh numatune 'uuid of web1' (on kvm1)"],
			],
		],
		[{host: {numaNodes: 1}, guest: {highestNode: null, highestPin: null}}, []],
	],
	'guest-hugepages': [
		[
			{host: {hugepages: [{kib: 2048, free: 1000}]}},
			[['it needs 2048 pages of 2048 KiB, and 1000 are free there', 'virsh allocpages 2048 1048 --add (on kvm2)']],
		],
		[{guest: {hugepageKib: null}, host: {hugepages: []}}, []],
	],
	'disk-readable': [
		[{disk: {realFormat: 'raw'}}, [['it is declared as qcow2, and is raw', "virsh edit 'uuid of web1' (on kvm1)"]]],
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
					'a layer below it is missing: /images/base.qcow2',
					'qemu-img info -U --backing-chain -f qcow2 /images/web1.qcow2 (on kvm1)',
				],
			],
		],
	],
	'disk-supported': [
		[
			{disk: {unsupported: ['it is of the type nvme']}},
			[['it is not supported: it is of the type nvme', "virsh edit 'uuid of web1' (on kvm1)"]],
		],
	],
	'disk-layers': [
		[
			{disk: {layerUsers: ['web2', 'web3']}},
			[
				[
					'it shares a layer with web2, web3: the copy holds all of its data by itself',
					'make sure that the destination has the space for the whole of each',
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
					'several guests write to /images/web1.qcow2, and the destination does not see it',
					'put it on storage that kvm2 sees too',
				],
			],
		],
	],
	'disk-path-free': [
		[
			{pair: {disks: [{target: 'vda', found: 'foreign'}]}},
			[
				[
					'/images/web1.qcow2 is there already, and nothing is ever written over',
					'qemu-img info -U /images/web1.qcow2 (on kvm2)',
				],
			],
		],
		[
			{pair: {disks: [{target: 'vda', found: 'ours'}]}},
			[['/images/web1.qcow2 is there, left by an earlier run', 'rm -- /images/web1.qcow2 (on kvm2)']],
		],
		[{pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
	'disk-media': [
		[
			{guest: {disks: [cdrom]}, pair: {disks: [{target: 'sda', found: 'nothing'}]}},
			[
				[
					'/iso/debian.iso is in its cdrom, and not there on the destination',
					"virsh change-media 'uuid of web1' sda --eject (on kvm1)",
				],
			],
		],
		[
			{disk: {readonly: true}},
			[
				[
					'/images/web1.qcow2 is read-only and not copied, and is not the same on the destination',
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
					'a new image cannot be encrypted as it is',
					'make /images/web1.qcow2 on kvm2 by hand, and move the guest with virsh_migrate',
				],
			],
		],
		[
			{
				disk: {type: 'block', path: '/dev/vg/web1'},
				pair: {disks: [{target: 'vda', found: 'nothing', deviceBytes: 5}]},
			},
			[['the device there has 5 bytes, and must have 10737418240', 'blockdev --getsize64 /dev/vg/web1 (on kvm2)']],
		],
		[{disk: {specialties: ['encrypted']}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
		[
			{disk: {contents: ['internal snapshot before', 'bitmap backup-0']}},
			[
				[
					'its image holds more than a copy does: internal snapshot before, bitmap backup-0',
					'delete what is not needed with qemu-img snapshot -d or qemu-img bitmap --remove, with web1 shut off (on kvm1); or copy without it: image_contents: drop',
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
					'the thin pool below /images is 40 % full, its metadata 95 %',
					'lvs -o lv_name,data_percent,metadata_percent (on kvm2)',
				],
			],
		],
	],
	'disk-space': [
		[
			{host: {pools: [{...thinPool(0, 0), freeBytes: 5}]}},
			[['it may come to take 10737418240 bytes, and /images has 5 free there', 'df --block-size=1 /images (on kvm2)']],
		],
		[
			{host: {pools: [{...thinPool(0, 0), path: '/elsewhere'}]}},
			[['no pool there holds /images/web1.qcow2', 'virsh pool-list --all (on kvm2)']],
		],
		[
			{host: {pools: [{...thinPool(0, 0), isActive: false}]}},
			[['the pool of /images is not active there', 'virsh pool-list --all (on kvm2)']],
		],
		[{host: {pools: [{...thinPool(0, 0), freeBytes: 5}]}, pair: {disks: [{target: 'vda', found: 'same'}]}}, []],
	],
	'destination-up': [
		[
			{host: {reach: {why: 'no route'}}},
			[['its libvirt does not answer: no route', 'systemctl status libvirtd virtqemud (on kvm2)']],
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
					'another run is changing it: run 8 of root@controller',
					'wait for its end, or end it: vacate abort --host kvm2 -i INVENTORY',
				],
			],
		],
	],
	'destination-versions': [
		[
			{host: {libvirt: '8.9.12', qemu: '6.2'}},
			[
				['its QEMU is 6.2, older than 7.2.0: guests go to the same version or a newer one', 'update QEMU on kvm2'],
				[
					'its libvirt is 8.9.12, older than 9.0.0: guests go to the same version or a newer one',
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
					'both hosts have the UUID uuid of kvm1, and libvirt takes them for one',
					'set host_uuid in /etc/libvirt/libvirtd.conf of kvm2: uuidgen makes one',
				],
			],
		],
	],
	'guest-identity': [
		[
			{host: {domains: [{...stranger, name: 'web1'}]}},
			[
				[
					'another guest there has its name, with the UUID uuid of another',
					"virsh domrename 'uuid of another' web1-old (on kvm2)",
				],
			],
		],
		[
			{host: {domains: [{...stranger, macs: [card.mac]}]}},
			[['db1 there has its address 52:54:00:00:00:01', "virsh domiflist 'uuid of another' (on kvm2)"]],
		],
		[
			{host: {domains: [{...stranger, uuid: guest.uuid}]}},
			[['it runs there too', "virsh domstate --reason 'uuid of web1' (on kvm2)"]],
		],
		[
			{host: {domains: [{...stranger, uuid: guest.uuid, isActive: false}]}},
			[['its UUID is that of db1 there', "virsh undefine --keep-nvram 'uuid of web1' (on kvm2)"]],
		],
		[{host: {domains: [stranger]}}, []],
	],
	'guest-stale-definition': [
		[
			{host: {domains: [{...stranger, uuid: guest.uuid, name: guest.name, isActive: false}]}},
			[
				[
					'a definition of it is there from an earlier stay, and is replaced',
					"virsh dumpxml --inactive 'uuid of web1' (on kvm2)",
				],
			],
		],
	],
	'guest-networks': [
		[{host: {networks: []}}, [['the network default is not there', 'virsh net-define default.xml (on kvm2)']]],
		[
			{host: {networks: [{name: 'default', isActive: false}]}},
			[['the network default is not active there', 'virsh net-start default (on kvm2)']],
		],
		[{guest: {interfaces: [{...card, network: null}]}, host: {networks: []}}, []],
	],
	'guest-bridges': [
		[{host: {bridges: []}}, [['the bridge br0 is not there', 'ip link add br0 type bridge (on kvm2)']]],
		[
			{host: {bridges: [{name: 'br0', mtu: 9000, vlans: [20]}]}},
			[
				['the bridge br0 does not carry VLAN 10 there', 'bridge vlan show (on kvm2)'],
				[
					'the bridge br0 has an MTU of 9000 there, and the card one of 1500',
					'ip link set br0 mtu 1500 (on kvm2), if its network carries that',
				],
			],
		],
		[{host: {bridges: [{name: 'br0', mtu: 1500, vlans: null}]}}, []],
	],
	'guest-filters': [
		[
			{host: {filters: []}},
			[['the network filter clean-traffic is not there', 'virsh nwfilter-define clean-traffic.xml (on kvm2)']],
		],
	],
	'guest-memory': [
		[
			{host: {freeKib: 1024 ** 2}},
			[['it has 4096 MiB of memory, and 1024 MiB are free there', 'virsh nodememstats (on kvm2)']],
		],
	],
	'plan-rules': [
		[
			{plan: {brokenRules: ['kvm2 and kvm3 could not take over the guests of one of them']}},
			[
				[
					'kvm2 and kvm3 could not take over the guests of one of them',
					'add a host to the destinations, or loosen the rule',
				],
			],
		],
	],
	'guest-secrets': [
		[
			{host: {secrets: []}, guest: {tpm: null}},
			[
				[
					'it needs the secret secret of web1, which the destination does not have',
					"virsh secret-define 'secret of web1.xml' (on kvm2)",
				],
			],
		],
	],
	'destination-hooks': [
		[
			{host: {hooks: []}},
			[['only one of the two hosts has the hook /etc/libvirt/hooks/qemu', 'ls -l /etc/libvirt/hooks/qemu (on kvm2)']],
		],
	],
	'destination-connections': [
		[
			{host: {clients: {now: 18, most: 20}, ssh: {maxSessions: 1, maxStartups: 10}}},
			[
				[
					'its libvirt takes 2 more clients, and 2 moves at once need two each',
					'virt-admin server-clients-set libvirtd --max-clients 5000 (on kvm2)',
				],
				['its sshd takes 1 sessions a connection and 10 logins at once', 'sshd -T (on kvm2)'],
			],
		],
	],
	'path-login': [
		[
			{path: {login: {why: 'host key verification failed'}}},
			[
				[
					'root of kvm1 cannot reach the libvirt of kvm2: host key verification failed',
					'as root of kvm1, verify and accept the host key of kvm2: ssh root@kvm2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'root@kvm2: Permission denied (publickey)'}}},
			[
				[
					'root of kvm1 cannot reach the libvirt of kvm2: root@kvm2: Permission denied (publickey)',
					'as root of kvm1: ssh-copy-id root@kvm2; or set migrate: {mode: relay}',
				],
			],
		],
		[
			{path: {login: {why: 'no route to host'}}},
			[
				[
					'root of kvm1 cannot reach the libvirt of kvm2: no route to host',
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
					'it calls itself localhost.localdomain: a move that is given no address goes to the source itself',
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
					'TCP port 49152 is dropped on the way: a guest would stand still for minutes',
					'let it through from kvm1, for example: firewall-cmd --add-port=49152-49215/tcp (on kvm2)',
				],
			],
		],
		[
			{path: {ports: [{port: 49152, answer: 'refused'}]}},
			[
				[
					'TCP port 49152 is not open: refused',
					'let it through from kvm1, for example: firewall-cmd --add-port=49152-49215/tcp (on kvm2)',
				],
			],
		],
		[
			{path: {ports: []}},
			[['not known: whether the ports for memory and disks are open', "sh -c 'command -v qemu-nbd ss' (on kvm2)"]],
		],
	],
	'path-tls': [
		[
			{host: {tls: {...host.tls, missing: ['ca-cert.pem'], certificates: {}}}},
			[['there is no /etc/pki/qemu/ca-cert.pem on kvm2', 'virt-pki-validate (on kvm2)']],
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
				['the path takes only 1.0 MiB/s', 'look for other traffic between kvm1 and kvm2'],
				['its network card has an MTU of 1500, and that of kvm1 one of 9000', 'ip link show (on kvm2)'],
				['packets of 9000 bytes do not pass from kvm1', 'ping -M do -c 3 -s 8972 kvm2 (on kvm1)'],
			],
		],
	],
	'path-clocks': [
		[
			{host: {clockOffsetMs: -900}},
			[['the clocks are 903 ms apart: measured pauses would be wrong by that', 'chronyc makestep (on kvm2)']],
		],
	],
	'plan-homes': [
		[
			{plan: {homeless: [{guest: 'web1', reason: 'no memory'}]}},
			[['web1 has no home: no memory', 'add a host to the destinations, or free room on one']],
		],
	],
	'plan-way-back': [
		[
			{plan: {wayBack: [{guest: 'web1', reason: 'kvm1 is older'}]}},
			[['web1 could not go back: kvm1 is older', 'leave web1 out, or let it stay where it goes']],
		],
		[{plan: {wayBack: null}}, []],
	],
	'plan-window': [
		[
			{plan: {window: {ms: 1_800_000, leaveOut: ['db1', 'web1']}}},
			[
				[
					'all moves take 60 min, and the window is 30 min: db1, web1 would stay',
					'allow 60 min as window, move more at once, or leave them out of guests',
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
			'blocks: libvirt moves no guest with snapshots, and it has a',
			'blocks: libvirt moves no guest with snapshots, and it has b',
			'warns: its guest agent is not connected: virsh domtime --sync cannot set its clock after the move',
			'warns: another run is changing it: run 8',
			'warns: another run is changing it: run 9',
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
		{modes: ['live', 'cold'], reason: 'libvirt moves no guest with snapshots, and it has old'},
		{modes: ['live', 'cold'], reason: 'pci 0000:01:00.0: a device of the host’s PCI bus stays there'},
		{
			host: 'kvm2',
			modes: ['live', 'cold'],
			reason: 'vda: /images/web1.qcow2 is there already, and nothing is ever written over',
		},
	]);
});

test('what is not known stands in the way as what blocks does, but for what only warns', t => {
	const report = preflight({...without('guest', 'snapshots')});
	t.deepEqual(obstaclesOf(report).get('uuid of web1'), [{modes: ['live', 'cold'], reason: 'not known: its snapshots'}]);
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
