import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {holding} from '../../src/locks/scripts.ts';
import {ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vtwo', '10.116.1', 2);
const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

/** Somebody’s machine: a folder of its own, with its own runs. */
async function machine(name: string, playbook: string): Promise<string> {
	const folder = join(rig.folder, name);
	await mkdir(folder, {recursive: true});
	await writeFile(join(folder, 'play.yml'), playbook);
	return folder;
}

function run(folder: string, wrap: readonly string[] = []): ChildProcess {
	const [head = '', ...rest] = [...wrap, process.execPath, program, 'run', 'play.yml', '-i', rig.lab.inventory];
	return spawn(head, rest, {cwd: folder, stdio: ['ignore', 'pipe', 'pipe']});
}

/** The journal of the one run of a folder. */
async function journal(folder: string): Promise<string> {
	const runs = join(folder, '.vacate/runs');
	const [name] = existsSync(runs) ? await readdir(runs) : [];
	return name === undefined ? '' : readFile(join(runs, name, 'journal.jsonl'), 'utf8').catch(() => '');
}

async function until(what: () => Promise<boolean>): Promise<void> {
	for (let left = 1500; left > 0; left--) {
		if (await what()) return;
		await wait(20);
	}
	throw new Error(`it never came to this: ${what}`);
}

const written = (folder: string, text: string) => until(async () => (await journal(folder)).includes(text));

const image = '/var/lib/libvirt/images/held.qcow2';
const holds = `
- hosts: kvm1
  tasks:
    - qemu_img_create: {path: ${image}, size: 1 MiB}
    - command: {argv: [sleep, "60"]}
`;
const isThere = async () => (await rig.images('kvm1')).includes('held.qcow2');

test.serial('two runs against each other, from two machines: one moves its guest, the other is refused', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('there'));
	await createGuest(rig.lab, 'kvm2', guestPlan('back'));
	const ways = [
		{guest: 'there', from: 'kvm1', to: 'kvm2'},
		{guest: 'back', from: 'kvm2', to: 'kvm1'},
	] as const;
	const ends = await Promise.all(
		ways.map(async ({guest, from, to}) => {
			const text = `- {hosts: ${from}, tasks: [{migrate: {guest: ${guest}, to: ${to}}}]}`;
			return {guest, from, to, ...(await ended(run(await machine(guest, text))))};
		}),
	);
	const refused = ends.filter(({code}) => code === 3);
	t.is(refused.length, 1, ends.map(({code, stdout, stderr}) => `${code}: ${stdout}${stderr}`).join('\n'));
	for (const {stdout} of refused) {
		t.regex(stdout, /another run is changing kvm1: run \S+ of \S+@\S+, since .*\n.*next: .*vacate abort --host kvm1/);
	}
	for (const {guest, code, from, to} of ends) unharmed(t, await rig.guest(guest), code === 0 ? to : from);
});

test.serial('a run is ended from another machine by the host that it changes', async t => {
	const folder = await machine('aborted', holds);
	const end = ended(run(folder));
	await written(folder, '"step":"command"');
	const asked = await rig.vacate('abort', '--host', 'kvm1');
	t.is(asked.code, 0, asked.stderr);
	t.regex(asked.stdout, /released kvm1: run \S+ of /);
	t.is((await end).code, 130);
	t.false(await isThere());
	const nobody = await rig.vacate('abort', '--host', 'kvm1');
	t.is(nobody.code, 3);
	t.regex(nobody.stderr, /no run is changing kvm1/);
	for (const args of [[], ['last', '--host', 'kvm1'], ['--host', 'kvm9', '-i', rig.lab.inventory]]) {
		t.is((await rig.vacate('abort', ...args)).code, 2);
	}
});

test.serial('root hears of a run of somebody who is not root, and can end it', async t => {
	const shell = labShell(rig.lab);
	const on = (...argv: [string, ...string[]]) => shell.run({host: 'kvm1', argv, effect: 'write'});
	await on('useradd', '--groups', 'libvirt', 'operator1');
	// No run of root was ever there.
	await on('rm', '--force', '/run/vacate.lock');
	const asOperator = ['setpriv', '--reuid=operator1', '--regid=operator1', '--init-groups'] as const;
	// What holds a host goes on until nobody listens any more.
	const listening = 'sh -c "$1" sh "$2" | grep -m1 stop';
	const held = on(...asOperator, 'sh', '-c', listening, 'sh', holding, 'run own of operator1@desk');
	const isHeld = async () => (await rig.vacate('run', join(rig.folder, 'short.yml'))).code === 3;
	await writeFile(
		join(rig.folder, 'short.yml'),
		`- hosts: kvm1\n  tasks:\n    - qemu_img_create: {path: /var/lib/libvirt/images/short.qcow2, size: 1 MiB}\n`,
	);
	await until(async () => (await on('sh', '-c', 'cat /run/lock/vacate.lock /tmp/vacate.lock')).stdout.includes('own'));
	t.true(await isHeld());
	const asked = await rig.vacate('abort', '--host', 'kvm1');
	t.is(asked.code, 0, asked.stderr);
	t.regex(asked.stdout, /released kvm1: run own of operator1@desk/);
	t.like(await held, {end: 'exited', code: 0});
	t.false(await isHeld(), 'the file that stays holds nothing');
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	test.serial(`${signal} stops a run: nothing new begins, and what was done is taken back`, async t => {
		const folder = await machine(signal, holds);
		const child = run(folder);
		const end = ended(child);
		await written(folder, '"step":"command"');
		t.true(await isThere());
		child.kill(signal);
		const {code, stdout} = await end;
		t.is(code, 130);
		t.regex(stdout, /Stopping: .*Press Ctrl-C again/);
		t.regex(stdout, /to undo them: vacate undo /);
		t.false(await isThere());
	});
}

test.serial('a second signal stops the undoing too, and says how to go on; resume does', async t => {
	const [begun, undoing] = ['/var/lib/libvirt/images/begun', '/var/lib/libvirt/images/undoing'];
	const folder = await machine(
		'twice',
		`
- hosts: kvm1
  tasks:
    - command: {argv: [sh, -c, 'touch ${begun}; sleep 60']}
      undo: [sh, -c, 'touch ${undoing}; sleep 3; rm -f ${begun}']
    - command: {argv: [touch, /var/lib/libvirt/images/never]}
`,
	);
	const child = run(folder);
	const end = ended(child);
	const there = async (name: string) => (await rig.images('kvm1')).includes(name);
	await until(() => there('begun'));
	child.kill('SIGINT');
	await until(() => there('undoing'));
	child.kill('SIGINT');
	const {code, stdout} = await end;
	t.is(code, 5, stdout);
	t.regex(stdout, /Stopping after the current command/);
	t.regex(stdout, /vacate status \S+\n.*vacate resume /);
	const vacate = (...args: readonly string[]) =>
		ended(spawn(process.execPath, [program, ...args], {cwd: folder, stdio: ['ignore', 'pipe', 'pipe']}));
	t.regex((await vacate('status', 'last')).stdout, /stuck|undo started/);
	const resumed = await vacate('undo', 'last');
	t.is(resumed.code, 0, resumed.stdout);
	t.false(await there('begun'));
	t.false(await there('never'));
});

test.serial('a terminal that is closed is a signal: the run goes on to take back what it did', async t => {
	const folder = await machine('terminal', holds);
	const line = [process.execPath, program, 'run', 'play.yml', '--yes', '-i', rig.lab.inventory].join(' ');
	const terminal = spawn('script', ['-qec', line, '/dev/null'], {cwd: folder, stdio: ['ignore', 'ignore', 'ignore']});
	await written(folder, '"step":"command"');
	terminal.kill('SIGKILL');
	await written(folder, '"type":"ended","exitCode":130');
	t.false(await isThere());
});
