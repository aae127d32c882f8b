import {type Command, read} from '../shell/command.ts';
import {type Cordon, cordonPath, parseCordon, readCordonScript} from '../virsh/cordon.ts';

/** System facts of a host. */
export type SystemCapabilities = {
	/** File systems, with what may still be written to each. */
	readonly mounts: readonly Mount[];
	readonly links: readonly NetworkLink[];
	readonly bridges: readonly {readonly name: string; readonly mtu: number; readonly vlans: readonly number[] | null}[];
	/** Files of firmware, and hooks of libvirt that are run, other than a cordon. */
	readonly firmware: readonly string[];
	readonly hooks: readonly string[];
	/** Omitted if starts and incoming migrations are not refused. */
	readonly cordon?: Cordon;
	/** The version of swtpm; null where it is not installed. */
	readonly swtpm: string | null;
	readonly ssh?: {readonly maxSessions: number; readonly maxStartups: number};
	/** Clients of libvirt's daemon. */
	readonly clients?: {readonly now: number; readonly most: number};
	/** Units that start guests, units that provide services, and active jobs. */
	readonly starters: readonly string[];
	readonly services: readonly string[];
	readonly jobs: readonly string[];
	/** The fullest thin pool, with data and metadata usage in percent; null if there is none. */
	readonly thin: {readonly dataPercent: number; readonly metadataPercent: number} | null;
	/** Programs that moves need and that are not installed. */
	readonly missingPrograms: readonly string[];
	/** Its clock, in milliseconds since 1970. */
	readonly clockMs: number;
};

export type Mount = {readonly path: string; readonly freeBytes: number; readonly type: string; readonly source: string};

export type NetworkLink = {
	readonly name: string;
	readonly mtu: number;
	/** Omitted if the NIC reports no speed, for example without a cable. */
	readonly bytesPerSecond?: number;
	readonly addresses: readonly string[];
};

const names = [
	'mounts',
	'links',
	'addresses',
	'bridges',
	'firmware',
	'hooks',
	'swtpm',
	'sshd',
	'clients',
	'starters',
	'services',
	'jobs',
	'thin',
	'programs',
	'clock',
] as const;

type Section = (typeof names)[number];

/** A missing or failing program prints nothing; the facts are then unknown. */
const script = `exec 2>/dev/null
PATH=$PATH:/usr/sbin:/sbin
section() { printf '\\n--- %s ---\\n' "$1"; }
section mounts; df --block-size=1 --output=avail,fstype,source,target
section links; for card in /sys/class/net/*; do echo "\${card##*/} $(cat "$card/mtu") $(cat "$card/speed")"; done
section addresses; ip -o addr
section bridges; for card in /sys/class/net/*; do [ -d "$card/bridge" ] && echo "\${card##*/} $(cat "$card/mtu") $(cat "$card/bridge/vlan_filtering") $(bridge -compressvlans vlan show | awk '{for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+(-[0-9]+)?$/) printf "%s,", $i}')"; done
section firmware; find /usr/share/OVMF /usr/share/AAVMF /usr/share/qemu /usr/share/edk2 -name '*.fd'
section hooks; find /etc/libvirt/hooks -type f -perm /111 ! -path ${cordonPath}; ${readCordonScript}
section swtpm; swtpm --version
section sshd; sshd -T
section clients; virt-admin server-clients-info libvirtd || virt-admin -c virtqemud:///system server-clients-info virtqemud
if [ -d /run/systemd/system ]; then
section starters; systemctl list-units --no-legend --plain --state=active libvirt-guests.service pacemaker.service incus.service | cut -d' ' -f1
section services; systemctl list-units --no-legend --plain --state=active 'ceph-osd@*' nfs-server.service glusterd.service 'drbd*' named.service isc-dhcp-server.service target.service | cut -d' ' -f1
section jobs; systemctl list-jobs --no-legend --plain | awk '{print $2}'
else section starters; section services; section jobs; fi
section thin; lvs --noheadings --select 'lv_attr =~ ^t' -o data_percent,metadata_percent
section programs; for program in virsh qemu-img qemu-nbd; do command -v "$program" >/dev/null || echo "$program"; done
section clock; date +%s%3N`;

export function readSystemCapabilities(host: string): Command {
	return read(host, ['sh', '-c', script]);
}

/** @throws Error for incomplete output. */
export function parseSystemCapabilities(stdout: string): SystemCapabilities {
	const sections = split(stdout);
	const addresses = addressesIn(sections.addresses);
	const [dataPercent, metadataPercent] = fullest(sections.thin);
	const maxSessions = Number(/^maxsessions (\d+)/im.exec(sections.sshd)?.[1]);
	const maxStartups = Number(/^maxstartups (\d+)/im.exec(sections.sshd)?.[1]);
	const now = Number(/^nclients +: (\d+)/m.exec(sections.clients)?.[1]);
	const most = Number(/^nclients_max +: (\d+)/m.exec(sections.clients)?.[1]);
	const cordon = parseCordon(lines(sections.hooks), Number(sections.clock) / 1000);
	return {
		mounts: mountsIn(sections.mounts),
		links: rows(sections.links).map(([name = '', mtu, speed]) => ({
			name,
			mtu: Number(mtu),
			// In Mbit/s; -1 is unknown.
			...(Number(speed) > 0 ? {bytesPerSecond: Number(speed) * 125_000} : {}),
			addresses: addresses.get(name) ?? [],
		})),
		bridges: rows(sections.bridges).map(([name = '', mtu, filtering, vlans = '']) => ({
			name,
			mtu: Number(mtu),
			vlans: filtering === '1' ? numbersIn(vlans) : null,
		})),
		firmware: lines(sections.firmware).toSorted(),
		hooks: lines(sections.hooks)
			.filter(line => line.startsWith('/'))
			.toSorted(),
		...(cordon === undefined ? {} : {cordon}),
		swtpm: /version (\d+(?:\.\d+)*)/.exec(sections.swtpm)?.[1] ?? null,
		...(Number.isNaN(maxSessions + maxStartups) ? {} : {ssh: {maxSessions, maxStartups}}),
		...(Number.isNaN(now + most) ? {} : {clients: {now, most}}),
		starters: lines(sections.starters),
		services: lines(sections.services),
		jobs: lines(sections.jobs),
		thin: dataPercent === undefined || metadataPercent === undefined ? null : {dataPercent, metadataPercent},
		missingPrograms: lines(sections.programs),
		clockMs: Number(sections.clock),
	};
}

function split(stdout: string): Readonly<Record<Section, string>> {
	const found = new Map<string, string>();
	for (const part of stdout.split(/^--- (?=\w+ ---$)/m).slice(1)) {
		const end = part.indexOf(' ---\n');
		found.set(part.slice(0, end), part.slice(end + 5).replace(/\n$/, ''));
	}
	const missing = names.find(name => !found.has(name));
	if (missing !== undefined) throw new Error(`the host did not report its ${missing}`);
	return Object.fromEntries(found) as Record<Section, string>;
}

/** Behind its heading, each line is the free bytes, the type, the source and the place, which may have spaces. */
function mountsIn(text: string): readonly Mount[] {
	return lines(text).flatMap(line => {
		const [, free, type = '', source = '', path = ''] = /^(\d+) +(\S+) +(\S+) +(.+)$/.exec(line) ?? [];
		return free === undefined ? [] : [{path, freeBytes: Number(free), type, source}];
	});
}

function addressesIn(text: string): ReadonlyMap<string, readonly string[]> {
	const found = new Map<string, string[]>();
	for (const [, name = '', address = ''] of text.matchAll(/^\d+: +(\S+) +inet6? +([^/ ]+)/gm)) {
		const known = found.get(name);
		if (known === undefined) found.set(name, [address]);
		else known.push(address);
	}
	return found;
}

const lastVlan = 4095;

/** `10,20-22,` as numbers. */
function numbersIn(list: string): readonly number[] {
	return list
		.split(',')
		.filter(part => part !== '')
		.flatMap(part => {
			const [first = 0, last = first] = part.split('-').map(Number);
			if (!(first >= 0 && first <= last && last <= lastVlan)) return [];
			return Array.from({length: last - first + 1}, (_, index) => first + index);
		});
}

function fullest(text: string): readonly number[] {
	return rows(text)
		.map(row => row.map(Number))
		.reduce<readonly number[]>((most, row) => row.map((value, index) => Math.max(value, most[index] ?? 0)), []);
}

function rows(text: string): readonly (readonly string[])[] {
	return lines(text).map(line => line.split(/ +/));
}

function lines(text: string): readonly string[] {
	return text
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '');
}
