/** Capabilities of a host, according to libvirt. */
export type LibvirtCapabilities = {
	readonly cpus: number;
	/** Versions, such as `9.0.0`; omitted if not reported. */
	readonly libvirt?: string;
	readonly qemu?: string;
	/** The UUID by which libvirt distinguishes hosts. */
	readonly uuid?: string;
	readonly numaNodes: number;
	/** Machine types, by all their names. */
	readonly machines: readonly string[];
	/** The name that the host gives itself. */
	readonly announced: string;
	readonly networks: readonly {readonly name: string; readonly isActive: boolean}[];
	readonly filters: readonly string[];
	/** UUIDs. */
	readonly secrets: readonly string[];
	readonly hugepages: readonly {readonly kib: number; readonly free: number}[];
};

/** The subcommands of a batch that read it. */
export const libvirtSurveyWords = [
	['nodeinfo'],
	['version', '--daemon'],
	['capabilities'],
	['hostname'],
	['net-list', '--all', '--name'],
	['net-list', '--name'],
	['nwfilter-list'],
	['secret-list'],
	['freepages', '--all'],
] as const;

/** @throws Error when the number of CPUs is missing. */
export function parseLibvirtCapabilities(texts: readonly string[]): LibvirtCapabilities {
	const [
		node = '',
		version = '',
		capabilities = '',
		name = '',
		all = '',
		active = '',
		filters = '',
		secrets = '',
		pages = '',
	] = texts;
	const cpus = Number(/^CPU\(s\): +(\d+)/m.exec(node)?.[1]);
	if (!Number.isInteger(cpus)) throw new Error('virsh nodeinfo reported no CPUs');
	const libvirt = /daemon: (\d+(?:\.\d+)*)/.exec(version)?.[1];
	const qemu = /hypervisor: \S+ (\d+(?:\.\d+)*)/.exec(version)?.[1];
	const uuid = /<uuid>([^<]*)</.exec(capabilities)?.[1];
	const running = new Set(lines(active));
	return {
		cpus,
		...(libvirt === undefined ? {} : {libvirt}),
		...(qemu === undefined ? {} : {qemu}),
		...(uuid === undefined ? {} : {uuid}),
		numaNodes: Number(/<cells num='(\d+)'/.exec(capabilities)?.[1] ?? 1),
		machines: machinesIn(capabilities),
		announced: name.trim(),
		networks: lines(all).map(network => ({name: network, isActive: running.has(network)})),
		filters: lines(filters).map(line => line.replace(/^\S+ +/, '')),
		secrets: secrets.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [],
		hugepages: hugepagesIn(pages),
	};
}

function machinesIn(capabilities: string): readonly string[] {
	// Bounded, so that the time grows with the length of the text only.
	const found = capabilities.matchAll(/<machine(?: canonical='([^'<>]{0,200})')?[^<>]{0,200}>([^<>]{0,200})</g);
	const names = [...found].flatMap(([, canonical, name = '']) =>
		canonical === undefined ? [name] : [canonical, name],
	);
	return [...new Set(names)].sort();
}

/** Of all nodes together. Pages of 4 KiB are no huge ones. */
function hugepagesIn(text: string): LibvirtCapabilities['hugepages'] {
	const free = new Map<number, number>();
	for (const [, kib, count] of text.matchAll(/^(\d+)KiB: +(\d+)/gm)) {
		if (Number(kib) > 4) free.set(Number(kib), (free.get(Number(kib)) ?? 0) + Number(count));
	}
	return [...free].map(([kib, count]) => ({kib, free: count}));
}

function lines(text: string): readonly string[] {
	return text
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '');
}
