import {advise, run} from '../commands.ts';
import type {Remedy} from '../finding.ts';
import type {HostFacts} from '../host-facts.ts';
import {rule} from '../rule.ts';
import {everyDestination, everyPath, type PathItem} from '../scopes.ts';
import {tlsProblems} from './tls.ts';

/** Larger clock differences falsify measurements, and can make certificates invalid on one host. */
const mostClockOffsetMs = 500;

/** Checks 38 to 42: the path from the source to each destination. */
export const pathRules = [
	rule({
		id: 'path-login',
		check: 38,
		about: 'the libvirt connection from the source to the destination',
		severity: 'blocks',
		of: everyPath,
		applies: ({plan}) => plan.logsIn,
		needs: ({path}) => ({login: path?.login}),
		ask: ({source, path, host}) => tryLogin(source, path?.uri ?? `qemu+ssh://${host.name}/system`),
		judge: ({login}, item) =>
			login === 'works'
				? undefined
				: {
						reason: `root of ${item.source.name} cannot connect to libvirt on ${item.host.name}: ${login.why}`,
						remedy: loginRemedy(login.why, item),
					},
	}),
	rule({
		id: 'path-name',
		check: 38,
		about: 'the host name of the destination',
		severity: 'warns',
		of: everyDestination,
		needs: ({host}) => ({announced: host.announced}),
		ask: ({host}) => run(host.name, 'virsh', 'hostname'),
		judge: ({announced}, {host}) =>
			announced.startsWith('localhost')
				? {
						reason: `the host name is ${announced}: a migration without an explicit address would connect to the source itself`,
						remedy: run(host.name, 'hostnamectl', 'set-hostname', host.name),
					}
				: undefined,
	}),
	rule({
		id: 'path-ports',
		check: 39,
		about: 'ports for memory and disks',
		severity: 'blocks',
		modes: ['live'],
		of: everyPath,
		// If no port was probed, the result is unknown.
		needs: ({path}) => ({ports: path?.ports?.length === 0 ? undefined : path?.ports}),
		ask: ({host}) => run(host.name, 'sh', '-c', 'command -v qemu-nbd ss'),
		judge: ({ports}, {source, host, path}) =>
			ports
				.filter(({answer}) => answer !== 'open')
				.map(({port, answer}) => ({
					reason:
						answer === 'dropped'
							? `packets to TCP port ${port} are dropped: a guest would freeze for minutes`
							: `TCP port ${port} is not open: ${answer}`,
					remedy: advise(
						`open it for ${source.name}, for example: firewall-cmd --add-port=${path?.portRange}/tcp (on ${host.name})`,
					),
				})),
	}),
	rule({
		id: 'path-tls',
		check: 40,
		about: 'TLS certificates',
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
		about: 'link speed and MTU between the hosts',
		severity: 'warns',
		of: everyPath,
		needs: ({path}) => ({speed: path?.measuredBytesPerSecond ?? path?.linkBytesPerSecond, mtu: path?.mtu}),
		ask: () => advise('set measure_path: true, or set migration_speed of the hosts in the inventory'),
		judge: ({speed, mtu}, {source, host, path}) => [
			...(speed < 10 * 1024 ** 2
				? [
						{
							reason: `the measured speed is only ${(speed / 1024 ** 2).toFixed(1)} MiB/s`,
							remedy: advise(`check for other traffic between ${source.name} and ${host.name}`),
						},
					]
				: []),
			...(mtu.source === mtu.destination
				? []
				: [
						{
							reason: `the network interface has MTU ${mtu.destination}, that of ${source.name} has MTU ${mtu.source}`,
							remedy: run(host.name, 'ip', 'link', 'show'),
						},
					]),
			...(mtu.passes === false
				? [
						{
							reason: `packets of ${mtu.source} bytes from ${source.name} are lost`,
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
		about: 'clock synchronization',
		severity: 'warns',
		of: everyPath,
		needs: ({source, host}) => ({here: source.clockOffsetMs, there: host.clockOffsetMs}),
		ask: ({host}) => run(host.name, 'chronyc', 'tracking'),
		judge: ({here, there}, {host}) =>
			Math.abs(here - there) <= mostClockOffsetMs
				? undefined
				: {
						reason: `the clocks differ by ${Math.abs(here - there)} ms, as would measured downtimes`,
						remedy: run(host.name, 'chronyc', 'makestep'),
					},
	}),
];

/** As the daemon of the source does: libvirt runs as root there. */
function tryLogin(source: HostFacts, uri: string): Remedy {
	return run(source.name, 'virsh', '--connect', uri, 'hostname');
}

/** The arguments of ssh and ssh-copy-id for the host of a URI: they take neither its port nor its brackets. */
function sshArguments(uri: string): string | undefined {
	const [, user = '', address = '', port] = /^qemu\+ssh:\/\/([^@/]*@)?(\[[^\]]*\]|[^:/]+)(?::(\d+))?/.exec(uri) ?? [];
	if (address === '') return undefined;
	const options = port === undefined ? '' : `-p ${port} `;
	return `${options}${decodeURIComponent(user)}${address.replace(/^\[(.*)\]$/, '$1')}`;
}

function loginRemedy(why: string, {source, host, path}: PathItem): Remedy {
	const uri = path?.uri ?? `qemu+ssh://${host.name}/system`;
	const login = sshArguments(uri) ?? host.name;
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
