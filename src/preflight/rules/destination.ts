import {advise, run, virsh} from '../commands.ts';
import {noAnswer, notInstalled} from '../programs.ts';
import {rule} from '../rule.ts';
import {everyDestination, everyNamedDestination, everyPair} from '../scopes.ts';
import {isOlder} from '../versions.ts';

/** Checks 30, 31, 34, 36 and 37: the destination. */
export const destinationRules = [
	rule({
		id: 'destination-up',
		check: 30,
		about: 'whether its libvirt answers',
		severity: 'blocks',
		of: everyNamedDestination,
		needs: ({host: {reach}}) => ({reach}),
		ask: ({host}) => virsh(host.name, 'version', '--daemon'),
		judge: ({reach}, {host}) => (reach === 'works' ? undefined : noAnswer(reach.why, host.name)),
	}),
	rule({
		id: 'destination-programs',
		check: 30,
		about: 'the programs that moves need there',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host: {missingPrograms}}) => ({missingPrograms}),
		ask: ({host}) => run(host.name, 'sh', '-c', 'command -v virsh qemu-img qemu-nbd'),
		judge: ({missingPrograms}, {host}) => missingPrograms.map(program => notInstalled(program, host.name)),
	}),
	rule({
		id: 'destination-free',
		check: 30,
		about: 'whether another run holds it',
		severity: 'warns',
		of: everyDestination,
		needs: ({host: {lock}}) => ({lock}),
		ask: ({host}) => run(host.name, 'ls', '-l', '/run/vacate.lock', '/run/lock/vacate.lock', '/tmp/vacate.lock'),
		judge: ({lock}, {host}) =>
			lock === null
				? undefined
				: {
						reason: `another run is changing it: ${lock}`,
						remedy: advise(`wait for its end, or end it: vacate abort --host ${host.name} -i INVENTORY`),
					},
	}),
	rule({
		id: 'destination-versions',
		check: 31,
		about: 'the versions of both hosts',
		severity: 'blocks',
		modes: ['live'],
		of: everyDestination,
		needs: ({host, source}) => ({
			libvirt: host.libvirt,
			qemu: host.qemu,
			sourceLibvirt: source.libvirt,
			sourceQemu: source.qemu,
		}),
		ask: ({host}) => virsh(host.name, 'version', '--daemon'),
		judge: ({libvirt, qemu, sourceLibvirt, sourceQemu}, {host}) =>
			[
				{name: 'libvirt', here: sourceLibvirt, there: libvirt},
				{name: 'QEMU', here: sourceQemu, there: qemu},
			]
				.filter(({here, there}) => isOlder(there, here))
				.map(({name, here, there}) => ({
					reason: `its ${name} is ${there}, older than ${here}: guests go to the same version or a newer one`,
					remedy: advise(`update ${name} on ${host.name}`),
				})),
	}),
	rule({
		id: 'guest-memory',
		check: 34,
		about: 'its memory and what is free there',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {memoryKib, state}, host}) => ({
			memoryKib: state?.state === 'shut off' ? 0 : memoryKib,
			freeKib: host.freeKib,
		}),
		ask: ({host}) => virsh(host.name, 'nodememstats'),
		judge: ({memoryKib, freeKib}, {host}) =>
			memoryKib <= freeKib
				? undefined
				: {
						reason: `it has ${Math.ceil(memoryKib / 1024)} MiB of memory, and ${Math.floor(freeKib / 1024)} MiB are free there`,
						remedy: virsh(host.name, 'nodememstats'),
					},
	}),
	rule({
		id: 'guest-secrets',
		check: 36,
		about: 'the secrets that it needs, and those of the destination',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {secrets}, host}) => ({needed: secrets, there: secrets?.length === 0 ? [] : host.secrets}),
		ask: ({host}) => virsh(host.name, 'secret-list'),
		judge: ({needed, there}, {host}) =>
			needed
				.filter(uuid => !there.includes(uuid))
				.map(uuid => ({
					reason: `it needs the secret ${uuid}, which the destination does not have`,
					remedy: virsh(host.name, 'secret-define', `${uuid}.xml`),
				})),
	}),
	rule({
		id: 'destination-hooks',
		check: 36,
		about: 'the hooks of both hosts',
		severity: 'warns',
		of: everyDestination,
		needs: ({host, source}) => ({there: host.hooks, here: source.hooks}),
		ask: ({host}) => run(host.name, 'ls', '-l', '/etc/libvirt/hooks'),
		judge: ({there, here}, {host}) =>
			[...new Set([...here, ...there])]
				.filter(path => !(here.includes(path) && there.includes(path)))
				.map(path => ({
					reason: `only one of the two hosts has the hook ${path}`,
					remedy: run(host.name, 'ls', '-l', path),
				})),
	}),
	rule({
		id: 'destination-connections',
		check: 37,
		about: 'how many connections it takes',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host: {clients, ssh}}) => ({clients, ssh}),
		ask: ({host}) => run(host.name, 'virt-admin', 'server-clients-info', 'libvirtd'),
		judge: ({clients, ssh}, {host, plan}) => [
			...(clients.most - clients.now < 2 * plan.perDestination
				? [
						{
							reason: `its libvirt takes ${clients.most - clients.now} more clients, and ${plan.perDestination} moves at once need two each`,
							remedy: run(host.name, 'virt-admin', 'server-clients-set', 'libvirtd', '--max-clients', '5000'),
						},
					]
				: []),
			...(ssh.maxSessions < 2 || ssh.maxStartups < plan.perDestination
				? [
						{
							reason: `its sshd takes ${ssh.maxSessions} sessions a connection and ${ssh.maxStartups} logins at once`,
							remedy: run(host.name, 'sshd', '-T'),
						},
					]
				: []),
		],
	}),
];
