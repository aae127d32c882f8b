import {advise, run} from '../commands.ts';
import {type RuleProblem, rule} from '../rule.ts';
import {everyDestination, everyPath} from '../scopes.ts';

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
		needs: ({path}) => ({login: path?.login}),
		ask: ({source, host}) => run(source.name, 'virsh', '--connect', `qemu+ssh://${host.name}/system`, 'hostname'),
		judge: ({login}, {source, host}) =>
			login === 'works'
				? undefined
				: {
						reason: `the source’s libvirt cannot log in there: ${login.why}`,
						remedy: run(source.name, 'virsh', '--connect', `qemu+ssh://${host.name}/system`, 'hostname'),
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
		ask: ({source, host}) => run(source.name, 'nc', '-z', '-v', '-w', '3', host.name, '49152'),
		judge: ({ports}, {host}) =>
			ports
				.filter(({answer}) => answer !== 'open')
				.map(({port, answer}) => ({
					reason:
						answer === 'dropped'
							? `port ${port} is dropped on the way: a guest would stand still for minutes`
							: `port ${port} is refused`,
					remedy: run(
						host.name,
						'nft',
						'add',
						'rule',
						'inet',
						'filter',
						'input',
						'tcp',
						'dport',
						'49152-49215',
						'accept',
					),
				})),
	}),
	rule({
		id: 'path-tls',
		check: 40,
		about: 'the certificates of both hosts, and when the run ends',
		severity: 'blocks',
		of: everyPath,
		needs: ({source, host, plan}) =>
			plan.tls
				? {here: source.certificate, there: host.certificate, endsAtMs: plan.endsAtMs}
				: {here: null, there: null, endsAtMs: 0},
		ask: ({host}) => run(host.name, 'virt-pki-validate'),
		judge: ({here, there, endsAtMs}, {source, host, plan}) => {
			if (!plan.tls) return undefined;
			const ends = [
				{name: source.name, certificate: here},
				{name: host.name, certificate: there},
			];
			return ends.flatMap(({name, certificate}): readonly RuleProblem[] => {
				const remedy = run(name, 'virt-pki-validate');
				if (certificate === null) return [{reason: `${name} has no certificate for encrypted moves`, remedy}];
				return [
					...(certificate.validUntilMs <= endsAtMs
						? [{reason: `the certificate of ${name} ends before the run does`, remedy}]
						: []),
					...(certificate.names.includes(name)
						? []
						: [{reason: `the certificate of ${name} is for ${certificate.names.join(', ')}`, remedy}]),
				];
			});
		},
	}),
	rule({
		id: 'path-speed',
		check: 41,
		about: 'how fast the way is, and how large its packets',
		severity: 'warns',
		of: everyPath,
		needs: ({path}) => ({speed: path?.measuredBytesPerSecond, mtu: path?.mtu}),
		ask: ({source, host}) => run(source.name, 'ping', '-M', 'do', '-c', '3', '-s', '8972', host.name),
		judge: ({speed, mtu}, {source, host}) => [
			...(speed < 10 * 1024 ** 2
				? [
						{
							reason: `only ${(speed / 1024 ** 2).toFixed(1)} MiB/s were measured on the way`,
							remedy: advise(`look for other traffic between ${source.name} and ${host.name}`),
						},
					]
				: []),
			...(mtu.source !== mtu.destination || !mtu.passes
				? [
						{
							reason: `packets of ${mtu.source} bytes do not pass: the destination has an MTU of ${mtu.destination}`,
							remedy: run(source.name, 'ping', '-M', 'do', '-c', '3', '-s', String(mtu.source - 28), host.name),
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
