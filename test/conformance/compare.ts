import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Case} from './case.ts';
import type {Compared} from './report.ts';
import {differences, type Seen, seenByAnsible, seenByVacate} from './seen.ts';

export const root = new URL('../../..', import.meta.url).pathname;
const folder = join(root, 'test/conformance');
export const playbooks = join(folder, 'playbooks');
const inventory = join(folder, 'inventory.yml');

type Ended = {readonly stdout: string; readonly stderr: string; readonly code: number | null};

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {cwd, env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe']});
		const texts = {stdout: '', stderr: ''};
		child.stdout.on('data', chunk => {
			texts.stdout += chunk;
		});
		child.stderr.on('data', chunk => {
			texts.stderr += chunk;
		});
		child.on('error', reject);
		child.on('close', code => resolve({...texts, code}));
	});
}

/** Both programs begin in an empty folder: what a playbook makes there is seen by no other. */
async function inEmptyFolder<T>(work: (cwd: string) => Promise<T>): Promise<T> {
	const cwd = await mkdtemp(join(tmpdir(), 'vacate-conformance-'));
	try {
		return await work(cwd);
	} finally {
		await rm(cwd, {recursive: true, force: true});
	}
}

function ansible(one: Case): Promise<Seen> {
	return inEmptyFolder(async cwd => {
		const env = {
			ANSIBLE_CALLBACK_PLUGINS: join(folder, 'callback'),
			ANSIBLE_STDOUT_CALLBACK: 'record',
			ANSIBLE_LOCAL_TEMP: join(cwd, '.ansible'),
			ANSIBLE_REMOTE_TEMP: join(cwd, '.ansible'),
			ANSIBLE_PIPELINING: '1',
			ANSIBLE_NOCOLOR: '1',
			ANSIBLE_DEPRECATION_WARNINGS: '0',
			ANSIBLE_SYSTEM_WARNINGS: '0',
			PROJECT: cwd,
		};
		const args = ['-i', inventory, join(folder, 'playbooks', `${one.name}.yml`), ...one.args];
		const {stdout, stderr, code} = await run('ansible-playbook', args, cwd, env);
		return seenByAnsible(stdout, stderr, code);
	});
}

function vacate(one: Case): Promise<Seen> {
	return inEmptyFolder(async cwd => {
		const program = join(root, 'build/src/cli/bin.js');
		const file = join(folder, 'playbooks', `${one.name}.yml`);
		const args = [program, 'run', file, '-i', inventory, '--json', ...one.args];
		const {stdout, stderr, code} = await run(process.execPath, args, cwd, {PROJECT: cwd});
		return seenByVacate(stdout, stderr, code);
	});
}

/** Lets both programs run a playbook. */
export async function compare(one: Case): Promise<Compared> {
	const [ours, theirs] = await Promise.all([vacate(one), ansible(one)]);
	return {...one, found: differences(theirs, ours, one.unordered), said: `${theirs.said}${ours.said}`};
}

/** A difference that nobody has explained is a mistake, and so is an explanation without a difference. */
export function isAsExpected({found, differs, unsupported}: Compared): boolean {
	return (differs ?? unsupported) === undefined ? found.length === 0 : found.length > 0;
}
