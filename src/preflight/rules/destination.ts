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
		about: 'the libvirt connection',
		severity: 'blocks',
		of: everyNamedDestination,
		needs: ({host: {reach}}) => ({reach}),
		ask: ({host}) => virsh(host.name, 'version', '--daemon'),
		judge: ({reach}, {host}) => (reach === 'works' ? undefined : noAnswer(reach.why, host.name)),
	}),
	rule({
		id: 'destination-programs',
		check: 30,
		about: 'required programs at the destination',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host: {missingPrograms}}) => ({missingPrograms}),
		ask: ({host}) => run(host.name, 'sh', '-c', 'command -v virsh qemu-img qemu-nbd'),
		judge: ({missingPrograms}, {host}) => missingPrograms.map(program => notInstalled(program, host.name)),
	}),
	rule({
		id: 'destination-free',
		check: 30,
		about: 'locks of other runs',
		severity: 'warns',
		of: everyDestination,
		needs: ({host: {lock}}) => ({lock}),
		ask: ({host}) => run(host.name, 'ls', '-l', '/run/vacate.lock', '/run/lock/vacate.lock', '/tmp/vacate.lock'),
		judge: ({lock}, {host}) =>
			lock === null
				? undefined
				: {
						reason: `another run is changing this host: ${lock}`,
						remedy: advise(`wait until it ends, or stop it: vacate abort --host ${host.name} -i INVENTORY`),
					},
	}),
	rule({
		id: 'destination-versions',
		check: 31,
		about: 'libvirt and QEMU versions',
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
					reason: `${name} ${there} is older than ${here} at the source; guests can only move to the same version or a newer one`,
					remedy: advise(`update ${name} on ${host.name}`),
				})),
	}),
	rule({
		id: 'guest-memory',
		check: 34,
		about: 'free memory at the destination',
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
						reason: `${Math.ceil(memoryKib / 1024)} MiB of memory required, ${Math.floor(freeKib / 1024)} MiB free`,
						remedy: virsh(host.name, 'nodememstats'),
					},
	}),
	rule({
		id: 'guest-secrets',
		check: 36,
		about: 'libvirt secrets',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {secrets}, host}) => ({needed: secrets, there: secrets?.length === 0 ? [] : host.secrets}),
		ask: ({host}) => virsh(host.name, 'secret-list'),
		judge: ({needed, there}, {host}) =>
			needed
				.filter(uuid => !there.includes(uuid))
				.map(uuid => ({
					reason: `the libvirt secret ${uuid} does not exist on the destination`,
					remedy: virsh(host.name, 'secret-define', `${uuid}.xml`),
				})),
	}),
	rule({
		id: 'destination-hooks',
		check: 36,
		about: 'libvirt hooks',
		severity: 'warns',
		of: everyDestination,
		needs: ({host, source}) => ({there: host.hooks, here: source.hooks}),
		ask: ({host}) => run(host.name, 'ls', '-l', '/etc/libvirt/hooks'),
		judge: ({there, here}, {host}) =>
			[...new Set([...here, ...there])]
				.filter(path => !(here.includes(path) && there.includes(path)))
				.map(path => ({
					reason: `the hook ${path} exists on only one of the two hosts`,
					remedy: run(host.name, 'ls', '-l', path),
				})),
	}),
	rule({
		id: 'destination-cordon',
		check: 36,
		about: 'cordons',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host: {cordon}}) => ({cordon}),
		ask: ({host}) => run(host.name, 'cat', '/etc/libvirt/hooks/qemu.d/vacate-cordon'),
		judge: ({cordon}, {host}) =>
			cordon === null || cordon.isExpired
				? undefined
				: {
						reason: `the host is cordoned by ${cordon.owner}: ${cordon.reason}`,
						remedy: advise(`choose other destinations; or lift the cordon: vacate uncordon ${host.name}`),
					},
	}),
	rule({
		id: 'destination-connections',
		check: 37,
		about: 'connection limits',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host: {clients, ssh}}) => ({clients, ssh}),
		ask: ({host}) => run(host.name, 'virt-admin', 'server-clients-info', 'libvirtd'),
		judge: ({clients, ssh}, {host, plan}) => [
			...(clients.most - clients.now < 2 * plan.perDestination
				? [
						{
							reason: `libvirt accepts ${clients.most - clients.now} more clients; ${plan.perDestination} concurrent moves require two each`,
							remedy: run(host.name, 'virt-admin', 'server-clients-set', 'libvirtd', '--max-clients', '5000'),
						},
					]
				: []),
			...(ssh.maxSessions < 2 || ssh.maxStartups < plan.perDestination
				? [
						{
							reason: `sshd accepts only ${ssh.maxSessions} sessions per connection and ${ssh.maxStartups} concurrent logins`,
							remedy: run(host.name, 'sshd', '-T'),
						},
					]
				: []),
		],
	}),
];
