import type {PairFacts, PathFacts, PlanFacts, PreflightFacts} from '../../src/preflight/facts.ts';
import type {DiskFacts, GuestFacts} from '../../src/preflight/guest-facts.ts';
import type {DomainThere, HostFacts, PoolThere} from '../../src/preflight/host-facts.ts';
import type {NetworkCard} from '../../src/virsh/definition/traits.ts';

const gib = 1024 ** 3;

function certificate(fingerprint: string) {
	return {
		validFromMs: 1_700_000_000_000,
		validUntilMs: 2_000_000_000_000,
		names: ['kvm1', 'kvm2', 'kvm3'],
		fingerprint,
		signedBy: 'CA',
	};
}

/** Facts of which all are known and none is amiss: each is there, so that a test can leave out any of them. */
export const host: Required<HostFacts> = {
	name: 'kvm2',
	reach: 'works',
	libvirt: '9.0.0',
	qemu: '7.2.0',
	uuid: 'uuid of kvm2',
	announced: 'kvm2.example',
	lock: null,
	unsettled: [],
	jobs: [],
	starters: [],
	services: [],
	domains: [],
	freeKib: 64 * 1024 ** 2,
	cpus: 16,
	hugepages: [{kib: 2048, free: 4096}],
	numaNodes: 2,
	machines: ['pc-q35-7.2'],
	firmware: ['/usr/share/OVMF/OVMF_CODE.fd'],
	networks: [{name: 'default', isActive: true}],
	bridges: [{name: 'br0', mtu: 1500, vlans: [10, 20]}],
	filters: ['clean-traffic'],
	secrets: ['secret of web1'],
	pools: [{path: '/images', isActive: true, freeBytes: 100 * gib, thin: {dataPercent: 20, metadataPercent: 10}}],
	swtpm: '0.7.1',
	missingPrograms: [],
	clients: {now: 3, most: 5000},
	ssh: {maxSessions: 10, maxStartups: 10},
	tls: {
		folder: '/etc/pki/qemu',
		missing: [],
		certificates: {
			'ca-cert.pem': certificate('CA'),
			'server-cert.pem': certificate('server'),
			'client-cert.pem': certificate('client'),
		},
		atMs: 1_800_000_000_000,
	},
	clockOffsetMs: 3,
	hooks: ['/etc/libvirt/hooks/qemu'],
	cordon: null,
};

export const source: Required<HostFacts> = {...host, name: 'kvm1', uuid: 'uuid of kvm1', announced: 'kvm1.example'};

export const disk: Required<DiskFacts> = {
	target: 'vda',
	device: 'disk',
	type: 'file',
	path: '/images/web1.qcow2',
	format: 'qcow2',
	readonly: false,
	shareable: false,
	cache: 'none',
	isTransient: false,
	hasReservations: false,
	realFormat: 'qcow2',
	missingLayer: null,
	layerUsers: [],
	imageUsers: [],
	virtualBytes: 10 * gib,
	spaceBytes: 10 * gib,
	specialties: [],
	unsupported: [],
	contents: [],
};

export const cdrom: DiskFacts = {
	...disk,
	target: 'sda',
	device: 'cdrom',
	readonly: true,
	format: 'raw',
	realFormat: 'raw',
	path: '/iso/debian.iso',
};

export const card: NetworkCard = {
	mac: '52:54:00:00:00:01',
	network: 'default',
	bridge: 'br0',
	vlan: 10,
	mtu: 1500,
	filter: 'clean-traffic',
};

export const guest: Required<GuestFacts> = {
	uuid: 'uuid of web1',
	name: 'web1',
	state: {state: 'running', reason: 'booted'},
	definition: 'read',
	job: null,
	blockJobs: [],
	managedSave: false,
	snapshots: [],
	autostart: true,
	devices: [],
	tpm: {secret: 'secret of web1'},
	isTpmShared: false,
	confidential: null,
	tscUnfixed: false,
	looseMemory: false,
	unsaved: [],
	storedOnly: [],
	blockers: [],
	vcpus: 4,
	highestPin: 3,
	highestNode: 0,
	memoryKib: 4 * 1024 ** 2,
	hugepageKib: 2048,
	machine: 'pc-q35-7.2',
	firmware: ['/usr/share/OVMF/OVMF_CODE.fd'],
	dirtyBytesPerSecond: 20 * 1024 ** 2,
	agent: true,
	watchdog: null,
	pauseConcerns: [],
	carries: [],
	interfaces: [card],
	secrets: ['secret of web1'],
	disks: [disk],
};

export const pair: Required<PairFacts> = {
	guest: guest.uuid,
	destination: host.name,
	cpu: {verdict: 'superset', missing: []},
	networkMap: {},
	disks: [
		{target: 'vda', found: 'nothing'},
		{target: 'sda', found: 'same'},
	],
	lacks: [],
};

export const path: Required<PathFacts> = {
	destination: host.name,
	login: 'works',
	ports: [
		{port: 49152, answer: 'open'},
		{port: 49153, answer: 'open'},
	],
	uri: 'qemu+ssh://root@kvm2/system?no_tty=1',
	address: 'kvm2',
	portRange: '49152-49215',
	linkBytesPerSecond: 1024 ** 3,
	measuredBytesPerSecond: 1024 ** 3,
	mtu: {source: 1500, destination: 1500, passes: true},
};

export const plan: Required<PlanFacts> = {
	tls: true,
	dropsContents: false,
	logsIn: true,
	counts: {dirtyRates: true, blockers: true},
	perDestination: 2,
	homeless: [],
	brokenRules: [],
	neverConverge: [],
	makespanMs: 3_600_000,
	window: {ms: 7_200_000, leaveOut: []},
	wayBack: [],
};

/** What a test changes about the world in which all is well. */
export type Changes = {
	readonly source?: Partial<HostFacts>;
	readonly host?: Partial<HostFacts>;
	readonly guest?: Partial<GuestFacts>;
	readonly disk?: Partial<DiskFacts>;
	readonly pair?: Partial<PairFacts>;
	readonly path?: Partial<PathFacts>;
	readonly plan?: Partial<PlanFacts>;
};

export function world(changes: Changes = {}): PreflightFacts {
	return {
		source: {...source, ...changes.source},
		guests: [{...guest, disks: [{...disk, ...changes.disk}], ...changes.guest}],
		destinations: [{...host, ...changes.host}],
		pairs: [{...pair, ...changes.pair}],
		paths: [{...path, ...changes.path}],
		plan: {...plan, ...changes.plan},
	};
}

/** The world without one fact. */
export function without(part: keyof Changes, name: string): PreflightFacts {
	const drop = <T extends object>(facts: T): T => {
		const {[name as keyof T]: _, ...rest} = facts;
		return rest as T;
	};
	const whole = world();
	switch (part) {
		case 'source':
			return {...whole, source: drop(whole.source)};
		case 'host':
			return {...whole, destinations: whole.destinations.map(drop)};
		case 'guest':
			return {...whole, guests: whole.guests.map(drop)};
		case 'disk':
			return {...whole, guests: [{...guest, disks: [drop(disk)]}]};
		case 'pair':
			return {...whole, pairs: whole.pairs.map(drop)};
		case 'path':
			return {...whole, paths: whole.paths.map(drop)};
		case 'plan':
			return {...whole, plan: drop(whole.plan)};
	}
}

export const stranger: DomainThere = {
	uuid: 'uuid of another',
	name: 'db1',
	macs: ['52:54:00:00:00:09'],
	isActive: true,
};

export const thinPool = (dataPercent: number, metadataPercent: number): PoolThere => ({
	path: '/images',
	isActive: true,
	freeBytes: 100 * gib,
	thin: {dataPercent, metadataPercent},
});
