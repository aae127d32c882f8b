/** A domain as a host’s libvirt knows it. */
export type FakeDomain = {
	readonly uuid: string;
	readonly name: string;
	state: 'running' | 'paused' | 'shut off';
	reason: number;
	persistent: boolean;
	autostart: boolean;
	/** By the names of virsh’s subcommands: the longest downtime in ms, the speeds in MiB/s, the cache in bytes. */
	readonly limits: Record<string, number>;
	readonly memoryKib: number;
	/** The attributes of its element `<guest>` of this program. */
	readonly metadata?: string;
	/** More of its devices, as XML. */
	readonly devices?: string;
	/** It shall never run. */
	readonly cold: boolean;
	disks: readonly FakeDisk[];
};

export type FakeDisk = {
	readonly target: string;
	/** Left out for an empty drive. */
	readonly path?: string;
	readonly format: string;
	readonly cdrom?: true;
};

/** A file: `data` names what is on it, so that a copy can be told from an empty image. */
export type FakeFile = {
	readonly inode: number;
	readonly format: string;
	readonly virtualBytes: number;
	data: string;
	/** The image below it. */
	readonly backing?: string;
	/** What it holds; a block when left out. */
	readonly dataBytes?: number;
	/** Snapshots and bitmaps within it, by their names. */
	readonly snapshots?: readonly string[];
	readonly bitmaps?: readonly string[];
	/** What it is, where that is not its format. */
	readonly content?: string;
};

export type FakeHost = {
	readonly domains: Map<string, FakeDomain>;
	readonly files: Map<string, FakeFile>;
	boots: number;
	/** The head of its cordon, as facts print it. */
	cordon?: string | undefined;
};

/** A few hosts in memory, with domains, images and migrations. What a test does not expect, it refuses. */
export class FakeWorld {
	readonly hosts = new Map<string, FakeHost>();
	/** Migrations that go on by themselves, by the guest’s UUID: what is still to happen. */
	readonly jobs = new Map<string, {readonly source: string; polls: number; readonly end: () => void}>();
	/** Images that are served, by their addresses. */
	readonly exports = new Map<string, {readonly host: string; readonly path: string}>();
	/** A folder that all hosts have in common. */
	shared: string | undefined;
	/** Paths that are symbolic links, as `kvm1 /images/a`; the file that they lead to is at that path too. */
	readonly symlinks = new Set<string>();
	/** What each host’s virsh can, beside `--live`, when it is asked for options of `migrate`. */
	virshOptions: readonly string[] = ['bandwidth', 'parallel', 'parallel-connections', 'tls', 'tls-destination'];
	/** Of each host. */
	memoryKib = 1_000_000;
	/** Sockets of hosts that lead to another host, as `kvm1 /run/x.sock`. */
	readonly relays = new Map<string, string>();
	/** Processes that the libvirt of a host has lost sight of, as `kvm1 UUID`. */
	readonly unseen = new Set<string>();
	/** UUIDs of guests that somebody has told to start, or to be shut off: they may run or not. */
	readonly told = new Set<string>();
	/** Guests that pass the cordon of a host, as `kvm1 UUID`. */
	readonly passes = new Set<string>();
	#inodes = 100;

	constructor(...names: readonly string[]) {
		for (const name of names) this.hosts.set(name, {domains: new Map(), files: new Map(), boots: 1});
	}

	host(name: string): FakeHost {
		const host = this.hosts.get(name);
		if (host === undefined) throw new Error(`the world has no host ${name}`);
		return host;
	}

	/** A file, which all hosts have when it is in the folder that they share. */
	put(hostName: string, path: string, file: Omit<FakeFile, 'inode'>): void {
		const made = {inode: this.nextInode(), ...file};
		const hosts = this.#isShared(path) ? [...this.hosts.values()] : [this.host(hostName)];
		for (const {files} of hosts) files.set(path, made);
	}

	remove(hostName: string, path: string): void {
		const hosts = this.#isShared(path) ? [...this.hosts.values()] : [this.host(hostName)];
		for (const {files} of hosts) files.delete(path);
	}

	/** Does its hook refuse the guest? */
	isRefused(host: string, uuid: string): boolean {
		return this.host(host).cordon !== undefined && !this.passes.has(`${host} ${uuid}`);
	}

	/** A guest that starts writes to its disks: images of the same paths on other hosts lack that. */
	outdateCopies(hostName: string, {name, disks}: FakeDomain): void {
		const own = this.host(hostName).files;
		for (const [other, {files}] of this.hosts) {
			if (other === hostName) continue;
			for (const {path = ''} of disks) {
				const file = files.get(path);
				if (file !== undefined && file !== own.get(path) && file.data === `${name} data`)
					file.data = `${name} old data`;
			}
		}
	}

	/** Which data of a guest a host does not have. */
	#lackingIn({host, domain}: {readonly host: string; readonly domain: FakeDomain}): readonly string[] {
		return domain.disks
			.filter(
				({path, cdrom}) =>
					path !== undefined && cdrom !== true && this.host(host).files.get(path)?.data !== `${domain.name} data`,
			)
			.map(({path}) => `${domain.name} is on ${host} without its data in ${path}`);
	}

	/** Has a host a process for a guest, whether its libvirt knows it or not? */
	hasProcess(host: string, uuid: string): boolean {
		const state = this.host(host).domains.get(uuid)?.state ?? 'shut off';
		return state !== 'shut off' || this.unseen.has(`${host} ${uuid}`);
	}

	#isShared(path: string): boolean {
		return this.shared !== undefined && path.startsWith(this.shared);
	}

	/** A guest with one disk for each format, and a CD-ROM drive if it is told what is in it. */
	guest(hostName: string, name: string, options: GuestOptions = {}): FakeDomain {
		const {formats = ['qcow2'], folder = '/images', backing, cdrom, autostart = false, state = 'running'} = options;
		const {memoryKib = 16384, metadata, devices, mediumBytes = 2048} = options;
		const host = this.host(hostName);
		const own = formats.map((format, index) => ({
			target: `vd${String.fromCharCode(97 + index)}`,
			path: `${folder}/${name}-${index}.${format}`,
			format,
		}));
		const virtualBytes = 64 * 1024 * 1024;
		const below = backing === undefined ? {} : {backing};
		for (const {path, format} of own) {
			this.put(hostName, path, {format, virtualBytes, data: `${name} data`, ...below});
		}
		if (backing !== undefined) this.put(hostName, backing, {format: 'qcow2', virtualBytes, data: 'base'});
		if (cdrom !== undefined) this.put(hostName, cdrom, {format: 'raw', virtualBytes: mediumBytes, data: 'medium'});
		const disks = [
			...own,
			...(cdrom === undefined ? [] : [{target: 'sda', path: cdrom, format: 'raw', cdrom: true as const}]),
		];
		const domain: FakeDomain = {
			uuid: `00000000-0000-4000-8000-${String(this.nextInode()).padStart(12, '0')}`,
			name,
			state,
			reason: 1,
			cold: state === 'shut off',
			persistent: true,
			autostart,
			limits: {maxdowntime: 300, speed: 1000, postcopy: 1000, compcache: 64 * 1024 ** 2},
			memoryKib,
			...(metadata === undefined ? {} : {metadata}),
			...(devices === undefined ? {} : {devices}),
			disks,
		};
		host.domains.set(domain.uuid, domain);
		return domain;
	}

	nextInode(): number {
		this.#inodes += 1;
		return this.#inodes;
	}

	/**
	 * Everything that a law compares: not the numbers of inodes, not why a guest is in its state, and not what is on an
	 * image that no domain of its host has.
	 */
	snapshot(): object {
		return Object.fromEntries(
			[...this.hosts].map(([name, {domains, files, cordon}]) => [
				name,
				{
					...(cordon === undefined ? {} : {cordon}),
					domains: [...domains.values()]
						.map(({reason: _, cold: __, ...domain}) => ({...domain, limits: {...domain.limits}}))
						.sort(byName),
					files: [...files]
						.map(([path, {format, virtualBytes, data}]) => ({
							path,
							format,
							virtualBytes,
							...([...domains.values()].some(({disks}) => disks.some(disk => disk.path === path)) ? {data} : {}),
						}))
						.sort((a, b) => (a.path < b.path ? -1 : 1)),
				},
			]),
		);
	}

	/**
	 * Every guest runs at most once, and has one complete set of disks where it runs; one that is shut off has one on a host
	 * that knows it. Gives what is broken.
	 */
	violations(): readonly string[] {
		const all = [...this.hosts].flatMap(([host, {domains}]) => [...domains.values()].map(domain => ({host, domain})));
		const uuids = new Set(all.map(({domain}) => domain.uuid));
		return [...uuids].flatMap(uuid => {
			const known = all.filter(({domain}) => domain.uuid === uuid);
			const active = known.filter(({domain}) => domain.state !== 'shut off');
			if (this.told.has(uuid) && active.length === 0) return [];
			const isCold = known[0]?.domain.cold === true && !this.told.has(uuid);
			if (active.length !== (isCold ? 0 : 1)) return [`${uuid} is active on ${active.length} hosts`];
			const lacking = (active.length === 0 ? known : active).map(place => this.#lackingIn(place));
			return lacking.some(({length}) => length === 0) ? [] : lacking.flat();
		});
	}
}

export type GuestOptions = {
	readonly formats?: readonly string[];
	readonly folder?: string;
	readonly backing?: string;
	readonly cdrom?: string;
	readonly mediumBytes?: number;
	readonly autostart?: boolean;
	readonly state?: FakeDomain['state'];
	readonly memoryKib?: number;
	readonly metadata?: string;
	readonly devices?: string;
};

function byName(a: {readonly name: string}, b: {readonly name: string}): number {
	return a.name < b.name ? -1 : 1;
}
