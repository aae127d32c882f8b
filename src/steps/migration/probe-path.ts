import {StepError} from '../../errors.ts';
import type {NbdCopy} from '../../qemu-img/stream.ts';
import type {MigrateOptions} from '../../virsh/migration/migrate.ts';
import {isPathGood, type PathProbe, type PathProbeRequest} from '../../virsh/migration/path-probe.ts';
import type {StepContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/** Ports to probe: fixed ports, and free ports of the libvirt range up to `count`. */
export type PortTrial = Pick<PathProbeRequest, 'listen' | 'ports' | 'count'>;

/** Live moves use one port for the memory and one for the disks. */
export function livePorts({listen_address: listen, disks_port: port}: MigrateOptions): PortTrial {
	return {...(listen === undefined ? {} : {listen}), ports: port === undefined ? [] : [port], count: 2};
}

/** Moves without libvirt's streams use the same port for all copies, one after the other. */
export function streamPorts([first]: readonly NbdCopy[] = []): PortTrial {
	if (first === undefined) return {ports: [], count: 0};
	const {listen, port} = first;
	return {...(listen === undefined ? {} : {listen}), ports: [port], count: 1};
}

/**
 * Probes the path of the move before the guest is affected. A firewall that drops packets would
 * freeze the guest for two minutes, because QEMU connects while the guest waits.
 *
 * @throws StepError with the problem and its remedy.
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
	throw new StepError(`${move.guest} did not move to ${destination}: ${problem}; the guest was not affected`, remedy, {
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
			remedy: `set migration_host of ${destination} to a name or address that ${source} can resolve`,
		};
	}
	const shut = ports.find(({answer}) => answer !== 'open');
	if (shut !== undefined) {
		const needed = count < 2 ? `${shut.port}` : `${range.min}-${range.max}`;
		return {
			problem: `from ${source} to ${address}, TCP port ${shut.port} is ${shut.answer}`,
			remedy: `${count < 2 ? 'disks require port' : 'memory and disks require ports'} ${needed} on ${destination}; open it in the firewall, for example: firewall-cmd --add-port=${needed}/tcp (on ${destination})`,
		};
	}
	if (there === undefined || 'uuid' in there) {
		return {
			problem: `${source} and ${destination} have the same host UUID, ${own}, so libvirt treats them as one host`,
			remedy: 'set a different host_uuid in /etc/libvirt/libvirtd.conf of one of them, then systemctl restart libvirtd',
		};
	}
	return {
		problem: `${source} cannot connect to libvirt on ${destination}: ${there.error.replaceAll('error: ', '').replace(/\s+/g, ' ')}`,
		remedy: loginRemedy(there.error, source, uri),
	};
}

function loginRemedy(error: string, source: string, uri: string): string {
	const retry = `then check: virsh -c '${uri}' list (on ${source}, as root)`;
	const login = sshArgs(uri);
	if (/host key verification|identification has changed/i.test(error)) {
		return `verify the host key and add it to /root/.ssh/known_hosts (on ${source}): ssh ${login}; ${retry}`;
	}
	if (/permission denied/i.test(error)) {
		return `allow root of ${source} to log in: ssh-copy-id ${login}; or set mode: relay, which requires no trust between the hosts; ${retry}`;
	}
	return `set mode: relay if the hosts cannot log in to each other; otherwise ${retry}`;
}

/** `-p 2222 root@192.0.2.12`, as ssh and ssh-copy-id take it. */
function sshArgs(uri: string): string {
	const [, user = '', host = '', port] =
		/^qemu\+ssh:\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?\//.exec(uri) ?? [];
	const login = `${user === '' ? '' : `${user}@`}${host.replace(/^\[|\]$/g, '')}`;
	return port === undefined ? login : `-p ${port} ${login}`;
}
