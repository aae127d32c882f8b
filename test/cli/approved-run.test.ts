import {spawn, spawnSync} from 'node:child_process';
import {access, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

type Said = {readonly code: number | null; readonly text: string};

/** A folder with an inventory of this machine, in which the program runs for operators who have become root by sudo. */
async function rig(t: ExecutionContext) {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-approved-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	const path = (name: string) => join(folder, name);
	const write = (name: string, text: string) => writeFile(path(name), text, {mode: 0o644});
	await write('inventory.yml', 'all: {hosts: {here: {ansible_connection: local}}}\n');
	await write('policy.yml', '{}\n');
	const start = (who: string, args: readonly string[]) => {
		const env = {...process.env, SUDO_USER: who, VACATE_POLICY: path('policy.yml')};
		return spawn(process.execPath, [program, ...args], {cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe']});
	};
	const vacate = (who: string, ...args: readonly string[]): Promise<Said> => {
		const child = start(who, args);
		let text = '';
		const listen = (chunk: unknown) => {
			text += String(chunk);
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		return new Promise(resolve => child.on('close', code => resolve({code, text})));
	};
	const done = async (who: string, ...args: readonly string[]) => {
		const {code, text} = await vacate(who, ...args);
		t.is(code, 0, `${args.join(' ')}: ${text}`);
		return text;
	};
	const exists = (name: string) =>
		access(path(name)).then(
			() => true,
			() => false,
		);
	return {path, write, start, vacate, done, exists};
}

test.serial(
	'a plan by one is applied once another has approved it with a key of the agent; an equal plan keeps its approval',
	async t => {
		const {path, write, vacate, done, exists} = await rig(t);
		spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('bert')]);
		await write('signers', `bert ${await readFile(path('bert.pub'), 'utf8')}`);
		await write('policy.yml', 'approvals: 1\nallowed_signers: signers\nnot_by: [planner, applier]\nticket: CHG\\d+\n');
		await write('p.yml', `- {hosts: here, tasks: [{command: {argv: [touch, ${path('made')}]}}]}\n`);
		const plan = ['plan', 'p.yml', '-i', 'inventory.yml', '-o', 'plan.yml'];
		await done('anna', ...plan);
		const apply = ['apply', 'plan.yml', '--ticket', 'CHG1'];
		const refused = await vacate('emil', ...apply);
		t.is(refused.code, 3, refused.text);
		t.regex(refused.text, /does not allow this plan: the plan has 0 of 1 approvals\n.*vacate approvals plan\.yml/);
		t.false(await exists('made'));
		await withAgent(t, path('bert'), () => done('bert', 'approve', 'plan.yml', '--yes', '--ticket', 'CHG1'));
		const sealed = await readFile(path('plan.yml'), 'utf8');
		await rm(path('plan.yml'));
		await done('anna', ...plan);
		t.is(await readFile(path('plan.yml'), 'utf8'), sealed, 'two plans of the same state are equal');
		await done('emil', ...apply);
		t.true(await exists('made'));
		t.regex(await done('emil', 'status', 'last'), /approved by bert/);
	},
);

/** Calls with an agent that alone has the private key. */
async function withAgent(t: ExecutionContext, key: string, call: () => Promise<unknown>): Promise<void> {
	const {stdout} = spawnSync('ssh-agent', ['-s'], {encoding: 'utf8'});
	const [, socket = ''] = /SSH_AUTH_SOCK=([^;]+)/.exec(stdout) ?? [];
	const [, pid = ''] = /SSH_AGENT_PID=(\d+)/.exec(stdout) ?? [];
	const {SSH_AUTH_SOCK: before} = process.env;
	process.env.SSH_AUTH_SOCK = socket;
	try {
		t.is(spawnSync('ssh-add', ['-q', key]).status, 0);
		await rm(key);
		await call();
	} finally {
		process.kill(Number(pid));
		delete process.env.SSH_AUTH_SOCK;
		if (before !== undefined) process.env.SSH_AUTH_SOCK = before;
	}
}

test.serial(
	'the evidence of a run with a failure, a kill and a resume is whole; with one byte changed it is not',
	async t => {
		const {path, write, start, vacate, done} = await rig(t);
		await write(
			'p.yml',
			`- hosts: here
  tasks:
    - {command: {argv: ["false"]}, ignore_errors: true}
    - wait_for: {path: ${path('go')}}
    - command: {argv: [touch, ${path('made')}]}
`,
		);
		await done('anna', 'plan', 'p.yml', '-i', 'inventory.yml', '-o', 'plan.yml');
		const child = start('anna', ['apply', 'plan.yml']);
		const died = new Promise(resolve => child.on('close', resolve));
		const journal = async () => {
			const [run = ''] = await readdir(path('.vacate/runs')).catch(() => []);
			return readFile(path(`.vacate/runs/${run}/journal.jsonl`), 'utf8').catch(() => '');
		};
		while (child.exitCode === null && !(await journal()).includes('"step":"wait_for"')) await wait(50);
		child.kill('SIGKILL');
		await died;
		await write('go', '');
		await done('anna', 'resume', 'last');
		await done('anna', 'evidence', 'last', '-o', 'e.jsonl');
		t.regex(await done('anna', 'evidence', 'verify', 'e.jsonl'), /^e\.jsonl is whole: /);
		const text = await readFile(path('e.jsonl'), 'latin1');
		t.regex(text, /\\"rc\\":1/);
		const place = text.indexOf('\\"type\\":\\"resumed\\"');
		t.true(place > 0, 'the run was resumed');
		await writeFile(path('f.jsonl'), `${text.slice(0, place + 12)}R${text.slice(place + 13)}`, 'latin1');
		const changed = await vacate('anna', 'evidence', 'verify', 'f.jsonl');
		t.is(changed.code, 3, changed.text);
		t.regex(changed.text, /journal\.jsonl was changed after the evidence was written/);
	},
);
