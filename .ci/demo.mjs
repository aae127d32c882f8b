// npm run demo: starts three real hosts on this machine, six guests with disks on kvm1, and evacuates kvm1.
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {say, setUp, whyNoLab} from './setup.mjs';

const reason = whyNoLab();
if (reason !== undefined) {
	say(`${reason}; the demo only validates the playbook`);
	setUp();
	process.exit(vacate('validate', 'playbooks/evacuate.yml'));
}
setUp();
const lab = ['--dir', '/var/tmp/vacate-demo', '--name', 'vdemo', '--subnet', '10.76.0'];
const [, dir] = lab;
let failed = 1;
try {
	must('lab', 'up', '--install', ...lab);
	const guests = ['web1', 'web2', 'db1', 'db2', 'mail', 'build'];
	must(
		'lab',
		'guests',
		'add',
		'kvm1',
		...guests.slice(0, 3),
		'--dir',
		dir,
		'--memory',
		'32',
		'--disk',
		'128',
		'--dirty',
		'2 MiB/s',
	);
	must(
		'lab',
		'guests',
		'add',
		'kvm1',
		...guests.slice(3),
		'--dir',
		dir,
		'--memory',
		'16',
		'--disk',
		'64',
		'--format',
		'raw',
	);
	must('lab', 'guests', '--dir', dir);
	const silences = await emptyHost(guests);
	must('lab', 'guests', '--dir', dir);
	say(`longest silence of each console during the move, including a tick of 55 ms: ${silences}`);
	failed = judge(guests);
} finally {
	must('lab', 'down', '--dir', dir);
}
process.exitCode = failed;

/** Evacuates kvm1, and measures the longest silence of each guest's console. */
async function emptyHost(names) {
	const [{watchSilence}, {theLab}] = await Promise.all([
		import('../build/src/lab/silence.js'),
		import('../build/src/lab/state.js'),
	]);
	const watch = watchSilence(await theLab(dir), names);
	const args = ['run', '-i', `${dir}/inventory.yml`, 'playbooks/evacuate.yml'];
	process.stdout.write(`\n$ vacate ${args.join(' ')}\n`);
	const child = spawn(process.execPath, ['dist/vacate.js', ...args], {stdio: 'inherit'});
	const status = await new Promise(resolve => child.on('close', resolve));
	if (status !== 0) throw new Error(`vacate run exited with ${status}`);
	return [...watch.stop()].map(([name, silence]) => `${name} ${Math.round(silence)} ms`).join(', ');
}

/** Checks the counters: every guest runs on another host, none was restarted, no tick and no write was lost. */
function judge(names) {
	const text = execFileSync(process.execPath, ['dist/vacate.js', 'lab', 'guests', '--dir', dir, '--json'], {
		encoding: 'utf8',
	});
	const wrong = JSON.parse(text).filter(
		({active, restarted, missing, onDisk, written}) =>
			active.length !== 1 || active[0] === 'kvm1' || restarted || missing > 0 || !(onDisk >= written),
	);
	const total = JSON.parse(text).length;
	if (wrong.length > 0 || total !== names.length) {
		say(`unexpected state: ${JSON.stringify(wrong)}`);
		return 1;
	}
	say(`all ${total} guests run on other hosts; none was restarted, no tick and no write was lost`);
	return 0;
}

function must(...args) {
	const status = vacate(...args);
	if (status !== 0) throw new Error(`vacate ${args[0]} exited with ${status}`);
}

function vacate(...args) {
	process.stdout.write(`\n$ vacate ${args.join(' ')}\n`);
	return spawnSync(process.execPath, ['dist/vacate.js', ...args], {stdio: 'inherit'}).status;
}
