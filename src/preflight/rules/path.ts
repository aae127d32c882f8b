import {advise, run} from '../commands.ts';
import type {Remedy} from '../finding.ts';
import type {HostFacts} from '../host-facts.ts';
import {rule} from '../rule.ts';
import {everyDestination, everyPath, type PathItem} from '../scopes.ts';
import {tlsProblems} from './tls.ts';

/** Clocks further apart make the figures of a move wrong, and certificates invalid at the one end. */
const mostClockOffsetMs = 500;

/** Checks 38 to 42: the way from the source to each destination. */
export const pathRules = [
	rule({
		id: 'path-login',
		check: 38,
		about: 'whether the source’s libvirt reaches the destination’s',
		severity: 'blocks',
		of: everyPath,
		applies: ({plan}) => plan.logsIn,
		needs: ({path}) => ({login: path?.login}),
		ask: ({source, path, host}) => tryLogin(source, path?.uri ?? `qemu+ssh://${host.name}/system`),
		judge: ({login}, item) =>
			login === 'works'
				? undefined
				: {
						reason: `root of ${item.source.name} cannot reach the libvirt of ${item.host.name}: ${login.why}`,
						remedy: loginRemedy(login.why, item),
					},
	}),
	rule({
		id: 'path-name',
		check: 38,
		about: 'the name that the destination gives itself',
		severity: 'warns',
		of: everyDestination,
		needs: ({host}) => ({announced: host.announced}),
		ask: ({host}) => run(host.name, 'virsh', 'hostname'),
		judge: ({announced}, {host}) =>
			announced.startsWith('localhost')
				? {
						reason: `it calls itself ${announced}: a move that is given no address goes to the source itself`,
						remedy: run(host.name, 'hostnamectl', 'set-hostname', host.name),
					}
				: undefined,
	}),
	rule({
		id: 'path-ports',
		check: 39,
		about: 'whether the ports for memory and disks are open',
		severity: 'blocks',
		modes: ['live'],
		of: everyPath,
		// Where no port was tried, nothing is known.
		needs: ({path}) => ({ports: path?.ports?.length === 0 ? undefined : path?.ports}),
		ask: ({host}) => run(host.name, 'sh', '-c', 'command -v qemu-nbd ss'),
		judge: ({ports}, {source, host, path}) =>
			ports
				.filter(({answer}) => answer !== 'open')
				.map(({port, answer}) => ({
					reason:
						answer === 'dropped'
							? `TCP port ${port} is dropped on the way: a guest would stand still for minutes`
							: `TCP port ${port} is not open: ${answer}`,
					remedy: advise(
						`let it through from ${source.name}, for example: firewall-cmd --add-port=${path?.portRange}/tcp (on ${host.name})`,
					),
				})),
	}),
	rule({
		id: 'path-tls',
		check: 40,
		about: 'the certificates of both hosts, and when the run ends',
		severity: 'blocks',
		of: everyPath,
		applies: ({plan}) => plan.tls !== false,
		needs: ({source, host, plan, path}) => ({
			here: source.tls,
			there: host.tls,
			lastsMs: plan.makespanMs ?? 0,
			address: path?.address,
		}),
		ask: ({host}) => run(host.name, 'virt-pki-validate'),
		judge: tlsProblems,
	}),
	rule({
		id: 'path-speed',
		check: 41,
		about: 'how fast the way is, and how large its packets',
		severity: 'warns',
		of: everyPath,
		needs: ({path}) => ({speed: path?.measuredBytesPerSecond ?? path?.linkBytesPerSecond, mtu: path?.mtu}),
		ask: () => advise('say measure_path: true, or give the hosts migration_speed in the inventory'),
		judge: ({speed, mtu}, {source, host, path}) => [
			...(speed < 10 * 1024 ** 2
				? [
						{
							reason: `the path takes only ${(speed / 1024 ** 2).toFixed(1)} MiB/s`,
							remedy: advise(`look for other traffic between ${source.name} and ${host.name}`),
						},
					]
				: []),
			...(mtu.source === mtu.destination
				? []
				: [
						{
							reason: `its network card has an MTU of ${mtu.destination}, and that of ${source.name} one of ${mtu.source}`,
							remedy: run(host.name, 'ip', 'link', 'show'),
						},
					]),
			...(mtu.passes === false
				? [
						{
							reason: `packets of ${mtu.source} bytes do not pass from ${source.name}`,
							remedy: run(
								source.name,
								'ping',
								'-M',
								'do',
								'-c',
								'3',
								'-s',
								String(mtu.source - 28),
								path?.address ?? '',
							),
						},
					]
				: []),
		],
	}),
	rule({
		id: 'path-clocks',
		check: 42,
		about: 'the clocks of both hosts',
		severity: 'warns',
		of: everyPath,
		needs: ({source, host}) => ({here: source.clockOffsetMs, there: host.clockOffsetMs}),
		ask: ({host}) => run(host.name, 'chronyc', 'tracking'),
		judge: ({here, there}, {host}) =>
			Math.abs(here - there) <= mostClockOffsetMs
				? undefined
				: {
						reason: `the clocks are ${Math.abs(here - there)} ms apart: measured pauses would be wrong by that`,
						remedy: run(host.name, 'chronyc', 'makestep'),
					},
	}),
];

/** As the daemon of the source does: libvirt runs as root there. */
function tryLogin(source: HostFacts, uri: string): Remedy {
	return run(source.name, 'virsh', '--connect', uri, 'hostname');
}

function loginRemedy(why: string, {source, host, path}: PathItem): Remedy {
	const uri = path?.uri ?? `qemu+ssh://${host.name}/system`;
	const login = /^qemu\+ssh:\/\/([^/]+)/.exec(uri)?.[1] ?? host.name;
	if (/host key verification|identification has changed/i.test(why)) {
		return advise(
			`as root of ${source.name}, verify and accept the host key of ${host.name}: ssh ${login}; or set migrate: {mode: relay}`,
		);
	}
	if (/permission denied/i.test(why)) {
		return advise(`as root of ${source.name}: ssh-copy-id ${login}; or set migrate: {mode: relay}`);
	}
	return tryLogin(source, uri);
}
