import {advise, run, virsh} from '../commands.ts';
import {noAnswer, notInstalled} from '../programs.ts';
import {rule} from '../rule.ts';
import {everyGuest, theSource} from '../scopes.ts';

/** Checks 1 to 6: the host that is to be emptied. */
export const sourceRules = [
	rule({
		id: 'source-reachable',
		check: 1,
		about: 'whether its libvirt answers',
		severity: 'blocks',
		of: theSource,
		needs: ({reach, libvirt}) => ({reach, version: reach === 'works' ? libvirt : 'none'}),
		ask: ({name}) => virsh(name, 'version', '--daemon'),
		judge: ({reach}, {name}) => (reach === 'works' ? undefined : noAnswer(reach.why, name)),
	}),
	rule({
		id: 'source-programs',
		check: 1,
		about: 'the programs that moves need',
		severity: 'blocks',
		of: theSource,
		needs: ({missingPrograms}) => ({missingPrograms}),
		ask: ({name}) => run(name, 'sh', '-c', 'command -v virsh qemu-img qemu-nbd'),
		judge: ({missingPrograms}, {name}) => missingPrograms.map(program => notInstalled(program, name)),
	}),
	rule({
		id: 'source-free',
		check: 2,
		about: 'whether another run holds it',
		severity: 'blocks',
		of: theSource,
		needs: ({lock}) => ({lock}),
		ask: ({name}) => run(name, 'ls', '-l', '/run/vacate.lock', '/run/lock/vacate.lock', '/tmp/vacate.lock'),
		judge: ({lock}, {name}) =>
			lock === null
				? undefined
				: {
						reason: `another run is changing it: ${lock}`,
						remedy: advise(`wait for its end, or end it: vacate abort --host ${name} -i INVENTORY`),
					},
	}),
	rule({
		id: 'source-settled',
		check: 3,
		about: 'whether guests are starting, stopping or arriving',
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
		about: 'the work of the host that is under way',
		severity: 'warns',
		of: theSource,
		needs: ({jobs}) => ({jobs}),
		ask: ({name}) => run(name, 'systemctl', 'list-jobs'),
		judge: ({jobs}, {name}) =>
			jobs.map(job => ({reason: `${job} is under way`, remedy: run(name, 'systemctl', 'list-jobs')})),
	}),
	rule({
		id: 'source-starters',
		check: 5,
		about: 'what starts guests by itself',
		severity: 'warns',
		of: theSource,
		needs: ({starters}) => ({starters}),
		ask: ({name}) => run(name, 'systemctl', 'list-units', 'libvirt-guests.service', '--all'),
		judge: ({starters}, {name}) =>
			starters.map(unit => ({
				reason: `${unit} may start guests while the host is being emptied`,
				remedy: run(name, 'systemctl', 'stop', unit),
			})),
	}),
	rule({
		id: 'guest-autostart',
		check: 5,
		about: 'whether it starts with the host',
		severity: 'warns',
		of: everyGuest,
		needs: ({guest}) => ({autostart: guest.autostart, state: guest.state}),
		ask: ({guest, source}) => virsh(source.name, 'dominfo', guest.uuid),
		judge: ({autostart, state}, {guest, source}) =>
			autostart && state.state === 'shut off'
				? {
						reason: 'it is off and starts with the host: it would come back at the next start of libvirt',
						remedy: virsh(source.name, 'autostart', '--disable', guest.uuid),
					}
				: undefined,
	}),
	rule({
		id: 'source-services',
		check: 6,
		about: 'what the host does for others',
		severity: 'warns',
		of: theSource,
		needs: ({services}) => ({services}),
		ask: ({name}) => run(name, 'systemctl', 'list-units', '--type=service', '--state=running'),
		judge: ({services}, {name}) =>
			services.map(unit => ({
				reason: `${unit} runs on the host itself, and moves with no guest`,
				remedy: run(name, 'systemctl', 'status', unit),
			})),
	}),
	rule({
		id: 'guest-carries',
		check: 6,
		about: 'whether the run itself depends on it',
		severity: 'blocks',
		of: everyGuest,
		needs: ({guest}) => ({carries: guest.carries}),
		ask: () => advise('say in the inventory which guest this program runs on, and which are on the way to the hosts'),
		judge: ({carries}, {guest}) =>
			carries.map(what => ({
				reason: `it carries ${what}, which would stop in the middle of its own move`,
				remedy: advise(`run vacate from elsewhere, or leave ${guest.name} to the last by hand`),
			})),
	}),
];
