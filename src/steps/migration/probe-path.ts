import {StepError} from '../../errors.ts';
import type {NbdCopy} from '../../qemu-img/stream.ts';
import type {MigrateOptions} from '../../virsh/migration/migrate.ts';
import {isPathGood, type PathProbe, type PathProbeRequest} from '../../virsh/migration/path-probe.ts';
import type {StepContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/** Ports to try: those that are known, and as many of libvirt's as make up `count`. */
export type PortTrial = Pick<PathProbeRequest, 'listen' | 'ports' | 'count'>;

/** Of a live move: one port for the memory, one for the disks. */
export function livePorts({listen_address: listen, disks_port: port}: MigrateOptions): PortTrial {
	return {...(listen === undefined ? {} : {listen}), ports: port === undefined ? [] : [port], count: 2};
}

/** Of a move without libvirt's streams: all of its own take the same port, one after the other. */
export function streamPorts([first]: readonly NbdCopy[] = []): PortTrial {
	if (first === undefined) return {ports: [], count: 0};
	const {listen, port} = first;
	return {...(listen === undefined ? {} : {listen}), ports: [port], count: 1};
}

/**
 * Tries the way that the move will take, before anything is done to the guest: a port that drops what reaches it would
 * have the guest stand still for two minutes, as QEMU connects while it waits.
 *
 * @throws StepError with what is wrong and what helps.
 */
export async function probeMigrationPath(move: GuestMigration, ports: PortTrial, context: StepContext): Promise<void> {
	const {source, destination, peer, relay} = move;
	const conf = {kind: 'qemu-conf', host: destination} as const;
	const {ports: range} = (await context.facts([conf])).of(conf);
	const trial: PathProbeRequest = {
		address: peer.address,
		...(relay === undefined ? {uri: peer.uri} : {}),
		...ports,
		range,
	};
	const request = {kind: 'path-probe', host: source, to: destination, trial} as const;
	const way = (await context.facts([request])).of(request);
	if (isPathGood(way)) return;
	const {problem, remedy} = judge(way, trial, move);
	throw new StepError(`${move.guest} did not move to ${destination}: ${problem}; it was not touched`, remedy, {
		side: 'destination',
	});
}

type Verdict = {readonly problem: string; readonly remedy: string};

function judge(
	{isKnown, ports, own, there}: PathProbe,
	{range, count}: PathProbeRequest,
	{source, destination, peer}: GuestMigration,
): Verdict {
	const {address, uri} = peer;
	if (!isKnown) {
		return {
			problem: `${source} cannot resolve the name ${address}`,
			remedy: `give ${destination} a migration_host that ${source} knows, an address for example`,
		};
	}
	const shut = ports.find(({answer}) => answer !== 'open');
	if (shut !== undefined) {
		const needed = count < 2 ? `${shut.port}` : `${range.min}-${range.max}`;
		return {
			problem: `from ${source} to ${address}, TCP port ${shut.port} is ${shut.answer}`,
			remedy: `${count < 2 ? 'its disks need the port' : 'memory and disks need the ports'} ${needed} there; let them through, for example: firewall-cmd --add-port=${needed}/tcp (on ${destination})`,
		};
	}
	if (there === undefined || 'uuid' in there) {
		return {
			problem: `${source} and ${destination} have the same host UUID, ${own}: libvirt takes them for one`,
			remedy: `give one of them its own: host_uuid in /etc/libvirt/libvirtd.conf, then systemctl restart libvirtd`,
		};
	}
	return {
		problem: `${source} does not reach the libvirt of ${destination}: ${there.error.replaceAll('error: ', '').replace(/\s+/g, ' ')}`,
		remedy: loginRemedy(there.error, source, uri),
	};
}

function loginRemedy(error: string, source: string, uri: string): string {
	const retry = `then try: virsh -c '${uri}' list (on ${source}, as root)`;
	const login = sshArgs(uri);
	if (/host key verification|identification has changed/i.test(error)) {
		return `verify the host key and put it into /root/.ssh/known_hosts (on ${source}): ssh ${login}; ${retry}`;
	}
	if (/permission denied/i.test(error)) {
		return `let the root of ${source} log in there: ssh-copy-id ${login}; or say mode: relay, which needs no trust between them; ${retry}`;
	}
	return `say mode: relay if the hosts shall not log in to each other; else ${retry}`;
}

/** `-p 2222 root@192.0.2.12`, as ssh and ssh-copy-id take it. */
function sshArgs(uri: string): string {
	const [, user = '', host = '', port] =
		/^qemu\+ssh:\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?\//.exec(uri) ?? [];
	const login = `${user === '' ? '' : `${user}@`}${host.replace(/^\[|\]$/g, '')}`;
	return port === undefined ? login : `-p ${port} ${login}`;
}
