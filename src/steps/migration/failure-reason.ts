import type {CommandError} from '../../errors.ts';
import type {MigrationLog} from '../../virsh/migration/migration-log.ts';
import type {StepContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/** The reason and the remedy of a failed migration. */
export type FailureReason = {
	readonly text: string;
	readonly remedy?: string;
	/** The reason lies with the destination. */
	readonly side?: 'destination';
};

/** Log entries of a move may be slightly older than its first command. */
const marginMs = 500;

/**
 * Determines why virsh failed. In a peer-to-peer migration, the error of the destination is often lost. It is in the logs
 * of both hosts, of which only the last `lastMs` milliseconds are read.
 */
export async function failureReason(
	{failed}: CommandError,
	move: GuestMigration,
	lastMs: number,
	context: StepContext,
): Promise<FailureReason> {
	const errors = failed.stderr.match(/^error: .*$/gm) ?? [];
	const said = errors.at(-1)?.replace('error: ', '') ?? failed.ending;
	const [there, here] = await Promise.all([
		readLog(move.destination, move, lastMs, context),
		readLog(move.source, move, lastMs, context),
	]);
	return explain(said, move, {there, here});
}

async function readLog(
	host: string,
	{guest}: GuestMigration,
	lastMs: number,
	context: StepContext,
): Promise<MigrationLog | undefined> {
	const request = {kind: 'migration-log', host, guest, sinceMs: lastMs + marginMs} as const;
	return context.facts([request]).then(
		facts => facts.of(request),
		// The move has failed, whether or not the logs can be read.
		() => undefined,
	);
}

type Logs = {readonly there: MigrationLog | undefined; readonly here: MigrationLog | undefined};

/** Maximum number of lines of each log. The first one usually is the cause. */
const mostLines = 2;

/** Pure: combines the error of virsh with the logs. */
export function explain(
	said: string,
	{guest, source, destination}: Pick<GuestMigration, 'guest' | 'source' | 'destination'>,
	{there, here}: Logs,
): FailureReason {
	const places = [
		{where: `QEMU on ${destination}`, lines: there?.qemu},
		{where: `libvirt on ${destination}`, lines: there?.libvirt},
		{where: `QEMU on ${source}`, lines: here?.qemu},
		{where: `libvirt on ${source}`, lines: here?.libvirt},
	];
	const cordoned = /the host is cordoned by .*?; to lift it: vacate uncordon \S+/.exec(
		[said, ...places.slice(0, 2).flatMap(({lines = []}) => lines)].join('\n'),
	)?.[0];
	if (cordoned !== undefined) return explainCordon(cordoned, destination);
	const found = places.find(({lines = []}) => lines.length > 0);
	const lines = (found?.lines ?? []).slice(0, mostLines).filter(line => !said.includes(line) && !isConsequence(line));
	const isKnown = found !== undefined && lines.length === 0;
	const logged = `${found?.where}: ${lines.join('; ')}`;
	const text = lines.length === 0 ? said : isVague(said) ? `${logged} (virsh: ${said})` : `${said}; ${logged}`;
	const remedy = remedyOf(text, {source, destination});
	const side = isOfDestination(text, source) ? ({side: 'destination'} as const) : {};
	if (remedy !== undefined) return {text, remedy, ...side};
	if (isKnown || (lines.length === 0 && !isVague(said))) return {text, ...side};
	return {
		text,
		...side,
		remedy: `see /var/log/libvirt/qemu/${guest}.log and the libvirtd log (journalctl -u libvirtd) on ${destination}, then on ${source}`,
	};
}

/** The hook of a cordoned host says who refuses the guest, and how to change that. */
function explainCordon(hook: string, destination: string): FailureReason {
	const [reason = '', remedy = ''] = hook.split('; to lift it: ');
	return {text: `${destination} accepts no guests: ${reason}`, remedy: `to lift it: ${remedy}`, side: 'destination'};
}

/** What libvirt and QEMU say when the host that a guest comes to cannot take it; another host may. */
const destinationReasons: readonly RegExp[] = [
	/Cannot allocate memory|cannot set up guest memory|unable to map backing store for guest RAM|out of memory/i,
	/No space left on device|Disk quota exceeded/i,
	/Permission denied|No such file or directory|Address already in use|Cannot assign requested address/i,
	/requested features|guest CPU doesn't match|missing features|CPU is incompatible/i,
	/unused port in range|Cannot check QEMU binary|unsupported machine type/i,
	/(Network|network) not found|network '[^']*' is not active|Cannot get interface|no such device/i,
	/unable to connect to server|Connection refused|Connection timed out|No route to host|Network is unreachable/i,
];

/** Pure: does what was said, or logged, lie with the destination? What the source's own logs say does not. */
export function isOfDestination(text: string, source: string): boolean {
	if (text.includes(`QEMU on ${source}: `) || text.includes(`libvirt on ${source}: `)) return false;
	return destinationReasons.some(pattern => pattern.test(text));
}

/** libvirt logs this for every aborted migration, whatever the cause. */
function isConsequence(line: string): boolean {
	return /migration successfully aborted|operation aborted/i.test(line);
}

/** Errors of virsh that contain no cause. */
function isVague(said: string): boolean {
	return /End of file|Input\/output error|unexpectedly (failed|closed|quit)|socket is closed|Cannot (recv|write) data|connection reset|broken pipe/i.test(
		said,
	);
}

type Ends = {readonly source: string; readonly destination: string};

const remedies: readonly (readonly [RegExp, (ends: Ends, found: string) => string])[] = [
	[
		/Cannot check QEMU binary (\S+?):? /,
		({destination}, path) => `install QEMU as ${path} on ${destination}, or change <emulator> of the guest: virsh edit`,
	],
	[
		/tls-creds|credentials (\S+)|certificate/i,
		({source, destination}) =>
			`check QEMU's certificates on ${destination} and ${source}: ls -l /etc/pki/qemu; see https://libvirt.org/kbase/tlscerts.html`,
	],
	[
		/Cannot assign requested address/i,
		({destination}) =>
			`${destination} lacks an address that the guest listens on: change <listen> in <graphics>, or the address of the console`,
	],
	[
		/Address already in use/i,
		({destination}) => `find the process that listens on this port of ${destination}: ss --tcp --listening --processes`,
	],
	[
		/(\/[^\s':,]+)[^/]*: No such file or directory/,
		({destination}, path) => `create ${path} on ${destination}, or remove it from the guest's definition`,
	],
	[
		/Permission denied/i,
		({destination}) =>
			`check the owner and mode of the file, and the log of AppArmor or SELinux, on ${destination}: dmesg | grep -i denied`,
	],
	[
		/requested features|guest CPU doesn't match|missing features/i,
		({destination}) =>
			`compare the CPUs: virsh domcapabilities (on ${destination}); virsh hypervisor-cpu-compare --help`,
	],
];

function remedyOf(text: string, ends: Ends): string | undefined {
	for (const [pattern, remedy] of remedies) {
		const match = pattern.exec(text);
		if (match !== null) return remedy(ends, match[1] ?? '');
	}
	return undefined;
}
