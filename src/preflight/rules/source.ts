import {advise, run, virsh} from '../commands.ts';
import {noAnswer, notInstalled} from '../programs.ts';
import {rule} from '../rule.ts';
import {everyGuest, theSource} from '../scopes.ts';

/** Checks 1 to 6: the host that is to be emptied. */
export const sourceRules = [
	rule({
		id: 'source-reachable',
		check: 1,
		about: 'the libvirt connection',
		severity: 'blocks',
		of: theSource,
		needs: ({reach, libvirt}) => ({reach, version: reach === 'works' ? libvirt : 'none'}),
		ask: ({name}) => virsh(name, 'version', '--daemon'),
		judge: ({reach}, {name}) => (reach === 'works' ? undefined : noAnswer(reach.why, name)),
	}),
	rule({
		id: 'source-programs',
		check: 1,
		about: 'required programs',
		severity: 'blocks',
		of: theSource,
		needs: ({missingPrograms}) => ({missingPrograms}),
		ask: ({name}) => run(name, 'sh', '-c', 'command -v virsh qemu-img qemu-nbd'),
		judge: ({missingPrograms}, {name}) => missingPrograms.map(program => notInstalled(program, name)),
	}),
	rule({
		id: 'source-free',
		check: 2,
		about: 'locks of other runs',
		severity: 'blocks',
		of: theSource,
		needs: ({lock}) => ({lock}),
		ask: ({name}) => run(name, 'ls', '-l', '/run/vacate.lock', '/run/lock/vacate.lock', '/tmp/vacate.lock'),
		judge: ({lock}, {name}) =>
			lock === null
				? undefined
				: {
						reason: `another run is changing this host: ${lock}`,
						remedy: advise(`wait until it ends, or stop it: vacate abort --host ${name} -i INVENTORY`),
					},
	}),
	rule({
		id: 'source-settled',
		check: 3,
		about: 'guests that are starting, stopping or being migrated',
		severity: 'blocks',
		of: theSource,
		needs: ({unsettled}) => ({unsettled}),
		ask: ({name}) => virsh(name, 'list', '--all'),
		judge: ({unsettled}, {name}) =>
			unsettled.map(({guest, state}) => ({
				reason: `${guest} is ${state}`,
				remedy: virsh(name, 'domstate', '--reason', guest),
			})),
	}),
	rule({
		id: 'source-jobs',
		check: 4,
		about: 'active jobs of the host',
		severity: 'warns',
		of: theSource,
		needs: ({jobs}) => ({jobs}),
		ask: ({name}) => run(name, 'systemctl', 'list-jobs'),
		judge: ({jobs}, {name}) =>
			jobs.map(job => ({reason: `${job} is in progress`, remedy: run(name, 'systemctl', 'list-jobs')})),
	}),
	rule({
		id: 'source-starters',
		check: 5,
		about: 'units that start guests',
		severity: 'warns',
		of: theSource,
		needs: ({starters}) => ({starters}),
		ask: ({name}) => run(name, 'systemctl', 'list-units', 'libvirt-guests.service', '--all'),
		judge: ({starters}, {name}) =>
			starters.map(unit => ({
				reason: `${unit} may start guests while the host is being evacuated`,
				remedy: run(name, 'systemctl', 'stop', unit),
			})),
	}),
	rule({
		id: 'guest-autostart',
		check: 5,
		about: 'autostart',
		severity: 'warns',
		of: everyGuest,
		needs: ({guest}) => ({autostart: guest.autostart, state: guest.state}),
		ask: ({guest, source}) => virsh(source.name, 'dominfo', guest.uuid),
		judge: ({autostart, state}, {guest, source}) =>
			autostart && state.state === 'shut off'
				? {
						reason: 'the guest is shut off and has autostart set: it would start with the next start of libvirt',
						remedy: virsh(source.name, 'autostart', '--disable', guest.uuid),
					}
				: undefined,
	}),
	rule({
		id: 'source-services',
		check: 6,
		about: 'services of the host',
		severity: 'warns',
		of: theSource,
		needs: ({services}) => ({services}),
		ask: ({name}) => run(name, 'systemctl', 'list-units', '--type=service', '--state=running'),
		judge: ({services}, {name}) =>
			services.map(unit => ({
				reason: `${unit} runs on the host itself and is not moved`,
				remedy: run(name, 'systemctl', 'status', unit),
			})),
	}),
	rule({
		id: 'guest-carries',
		check: 6,
		about: 'guests that this run depends on',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest}) => ({carries: guest.carries}),
		ask: () => advise('declare the guests that this program or its path to the hosts depends on'),
		judge: ({carries}, {guest}) =>
			carries.map(what => ({
				reason: `${what} depends on this guest, and would be interrupted during the move`,
				remedy: advise(`run vacate from another machine, or move ${guest.name} last and manually`),
			})),
	}),
];
