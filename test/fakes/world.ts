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
	readonly disks: readonly {readonly target: string; readonly path: string; readonly format: string}[];
};

/** A file: `data` names what is on it, so that a copy can be told from an empty image. */
export type FakeFile = {readonly inode: number; readonly format: string; readonly virtualBytes: number; data: string};

export type FakeHost = {
	readonly domains: Map<string, FakeDomain>;
	readonly files: Map<string, FakeFile>;
	boots: number;
};

/** A few hosts in memory, with domains, images and migrations. What a test does not expect, it refuses. */
export class FakeWorld {
	readonly hosts = new Map<string, FakeHost>();
	/** Migrations that go on by themselves, by the guest’s UUID: what is still to happen. */
	readonly jobs = new Map<string, {readonly source: string; polls: number; readonly end: () => void}>();
	/** UUIDs of guests that somebody has told to be shut off. */
	readonly stopped = new Set<string>();
	#inodes = 100;

	constructor(...names: readonly string[]) {
		for (const name of names) this.hosts.set(name, {domains: new Map(), files: new Map(), boots: 1});
	}

	host(name: string): FakeHost {
		const host = this.hosts.get(name);
		if (host === undefined) throw new Error(`the world has no host ${name}`);
		return host;
	}

	/** A running guest with one disk for each format. */
	guest(
		hostName: string,
		name: string,
		{formats = ['qcow2'], autostart = false, paused = false, stopped = false} = {},
	): FakeDomain {
		const host = this.host(hostName);
		const disks = formats.map((format, index) => ({
			target: `vd${String.fromCharCode(97 + index)}`,
			path: `/images/${name}-${index}.${format}`,
			format,
		}));
		for (const {path, format} of disks) {
			host.files.set(path, {inode: this.nextInode(), format, virtualBytes: 64 * 1024 * 1024, data: `${name} data`});
		}
		const domain: FakeDomain = {
			uuid: `00000000-0000-4000-8000-${String(this.nextInode()).padStart(12, '0')}`,
			name,
			state: stopped ? 'shut off' : paused ? 'paused' : 'running',
			reason: 1,
			persistent: true,
			autostart,
			limits: {maxdowntime: 300, speed: 1000, postcopy: 1000, compcache: 64 * 1024 ** 2},
			memoryKib: 16384,
			disks,
		};
		host.domains.set(domain.uuid, domain);
		if (stopped) this.stopped.add(domain.uuid);
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
			[...this.hosts].map(([name, {domains, files}]) => [
				name,
				{
					domains: [...domains.values()]
						.map(({reason: _, ...domain}) => ({...domain, limits: {...domain.limits}}))
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

	/** Law 7: every guest runs at most once, and has one complete set of disks where it runs. Gives what is broken. */
	violations(): readonly string[] {
		const all = [...this.hosts].flatMap(([host, {domains}]) => [...domains.values()].map(domain => ({host, domain})));
		const uuids = new Set(all.map(({domain}) => domain.uuid));
		return [...uuids].flatMap(uuid => {
			const active = all.filter(({domain}) => domain.uuid === uuid && domain.state !== 'shut off');
			if (active.length === 0 && this.stopped.has(uuid)) return [];
			if (active.length !== 1) return [`${uuid} is active on ${active.length} hosts`];
			return active.flatMap(({host, domain}) =>
				domain.disks
					.filter(({path}) => this.host(host).files.get(path)?.data !== `${domain.name} data`)
					.map(({path}) => `${domain.name} runs on ${host} without its data in ${path}`),
			);
		});
	}
}

function byName(a: {readonly name: string}, b: {readonly name: string}): number {
	return a.name < b.name ? -1 : 1;
}
