// npm run conformance [NAME…]: lets ansible-playbook and vacate run the same playbooks, and compares what they did to each
// host. Writes docs/conformance.md when all playbooks have run.
import {spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Case, casesIn} from './case.ts';
import {type Compared, reportText} from './report.ts';
import {differences, type Seen, seenByAnsible, seenByVacate} from './seen.ts';

const root = new URL('../../..', import.meta.url).pathname;
const folder = join(root, 'test/conformance');
const inventory = join(folder, 'inventory.yml');
const together = 3;

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
		const program = join(root, 'build/src/cli/main.js');
		const file = join(folder, 'playbooks', `${one.name}.yml`);
		const args = [program, 'run', file, '-i', inventory, '--json', ...one.args];
		const {stdout, stderr, code} = await run(process.execPath, args, cwd, {PROJECT: cwd});
		return seenByVacate(stdout, stderr, code);
	});
}

async function compare(one: Case): Promise<Compared> {
	const [ours, theirs] = await Promise.all([vacate(one), ansible(one)]);
	return {...one, found: differences(theirs, ours, one.unordered), said: `${theirs.said}${ours.said}`};
}

async function main(names: readonly string[]): Promise<boolean> {
	const cases = casesIn(join(folder, 'playbooks')).filter(({name}) => names.length === 0 || names.includes(name));
	const compared: Compared[] = [];
	const left = [...cases];
	const work = async () => {
		for (let one = left.shift(); one !== undefined; one = left.shift()) {
			const done = await compare(one);
			compared.push(done);
			tell(done, names.length > 0);
		}
	};
	await Promise.all(Array.from({length: together}, work));
	compared.sort((a, b) => (a.name < b.name ? -1 : 1));
	if (names.length === 0) await writeFile(join(root, 'docs/conformance.md'), reportText(compared));
	return compared.every(isAsExpected);
}

/** A difference that nobody has explained is a mistake, and so is an explanation without a difference. */
function isAsExpected({found, differs, unsupported}: Compared): boolean {
	return (differs ?? unsupported) === undefined ? found.length === 0 : found.length > 0;
}

function tell(one: Compared, whole: boolean): void {
	const {name, found, differs, unsupported, said} = one;
	const word = found.length === 0 ? 'same' : (differs ?? unsupported) === undefined ? 'DIFFERS' : 'explained';
	process.stdout.write(`${isAsExpected(one) ? '' : '! '}${word} ${name}\n`);
	if (isAsExpected(one) && !whole) return;
	for (const line of found) process.stdout.write(`    ${line}\n`);
	if (said.trim() !== '') process.stdout.write(`${said.trim().replaceAll(/^/gm, '      ')}\n`);
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
