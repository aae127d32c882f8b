import {StepError} from '../../errors.ts';
import {isPathGood, type PathProbe, type PathProbeRequest} from '../../virsh/path-probe.ts';
import type {StepContext} from '../step.ts';
import type {GuestMigration} from './move.ts';

/**
 * Tries the way that the move will take, before anything is done to the guest: a port that drops what reaches it would
 * have the guest stand still for two minutes, as QEMU connects while it waits.
 *
 * @throws StepError with what is wrong and what helps.
 */
export async function probeMigrationPath(
	move: GuestMigration,
	disksPort: number | undefined,
	context: StepContext,
): Promise<void> {
	const {source, destination, peer, relay} = move;
	const trial: PathProbeRequest = {
		address: peer.address,
		...(relay === undefined ? {uri: peer.uri} : {}),
		ports: disksPort === undefined ? [] : [disksPort],
	};
	const request = {kind: 'path-probe', host: source, to: destination, trial} as const;
	const way = (await context.facts([request])).of(request);
	if (isPathGood(way)) return;
	const {problem, remedy} = judge(way, move);
	throw new StepError(`${move.guest} did not move to ${destination}: ${problem}; it was not touched`, remedy);
}

type Verdict = {readonly problem: string; readonly remedy: string};

function judge({isKnown, ports, own, there}: PathProbe, {source, destination, peer}: GuestMigration): Verdict {
	const {address, uri} = peer;
	if (!isKnown) {
		return {
			problem: `${source} cannot resolve the name ${address}`,
			remedy: `give ${destination} a migration_host that ${source} knows, an address for example`,
		};
	}
	const shut = ports.find(({answer}) => answer !== 'open');
	if (shut !== undefined) {
		return {
			problem: `from ${source} to ${address}, TCP port ${shut.port} is ${shut.answer}`,
			remedy: `memory and disks need the ports 49152 to 49215 there; let them through, for example: firewall-cmd --add-port=49152-49215/tcp (on ${destination})`,
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
	const [, login = ''] = /^qemu\+ssh:\/\/([^/]+)/.exec(uri) ?? [];
	if (/host key verification|identification has changed/i.test(error)) {
		return `make sure of the host key and put it into /root/.ssh/known_hosts (on ${source}): ssh ${login}; ${retry}`;
	}
	if (/permission denied/i.test(error)) {
		return `let the root of ${source} log in there: ssh-copy-id ${login}; or say mode: relay, which needs no trust between them; ${retry}`;
	}
	return `say mode: relay if the hosts shall not log in to each other; else ${retry}`;
}
