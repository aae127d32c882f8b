import {readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {Oracle} from '../oracle.ts';
import {type Asked, askAnsible, askVacate} from './ask.ts';
import {writeFiles} from './files.ts';
import {asIni, asScript, asYaml, beside, model, pattern, soup} from './generate.ts';

/** So many of each kind; a number in the environment asks for more. */
const runs = Number(process.env.CONFORMANCE_RUNS ?? 40);
const oracle = new Oracle(['ansible-inventory', 'ansible']);
let folder = '';
let count = 0;

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-generated-'));
});

test.after.always(async () => {
	oracle.end();
	await rm(folder, {recursive: true, force: true});
});

async function written(files: Readonly<Record<string, string>>): Promise<string> {
	count += 1;
	const at = join(folder, String(count));
	await writeFiles(at, files);
	return at;
}

/** Both say the same, or both refuse. Gives whether they read it. */
async function same(t: ExecutionContext, asked: Asked): Promise<boolean> {
	const [vacate, ansible] = [await askVacate(asked), await askAnsible(oracle, asked)];
	if ('refused' in ansible) t.true('refused' in vacate, ansible.refused);
	else t.deepEqual(vacate, ansible, asked.sources.map(source => readFileSync(source, 'utf8')).join('\n----\n'));
	return 'data' in ansible;
}

// With an ending that is not YAML's: else Ansible takes some lines of INI for a mapping, see cases.yml.
const writers = {'hosts.ini': asIni, 'hosts.yml': asYaml, 'hosts.sh': asScript} as const;

for (const [name, write] of Object.entries(writers)) {
	test(`generated inventories, written as ${name}, with variables beside them`, async t => {
		let taken = 0;
		await fc.assert(
			fc.asyncProperty(model, beside, async (model, files) => {
				const at = await written({[name]: write(model), ...files});
				const asked = {question: 'list', sources: [join(at, name)]};
				if (await same(t, asked)) taken += 1;
			}),
			{numRuns: runs},
		);
		t.true(taken > runs / 2, `only ${taken} of ${runs} were read`);
	});
}

test('two generated inventories together', async t => {
	await fc.assert(
		fc.asyncProperty(model, model, beside, beside, async (first, second, files, others) => {
			const one = await written({'hosts.ini': asIni(first), ...files});
			const two = await written({'hosts.yml': asYaml(second), ...others});
			const asked = {question: 'list', sources: [join(one, 'hosts.ini'), join(two, 'hosts.yml')], playbookFolder: one};
			await same(t, asked);
		}),
		{numRuns: runs},
	);
});

test('what vacate takes for an inventory in INI, Ansible reads alike', async t => {
	let taken = 0;
	await fc.assert(
		fc.asyncProperty(soup, async text => {
			const at = await written({'hosts.ini': text});
			const asked = {question: 'list', sources: [join(at, 'hosts.ini')]};
			const vacate = await askVacate(asked);
			if ('refused' in vacate) return;
			taken += 1;
			t.deepEqual(vacate, await askAnsible(oracle, asked), text);
		}),
		{numRuns: runs * 5},
	);
	t.true(taken >= runs, `only ${taken} were taken`);
});

test('what vacate takes for a pattern names the same hosts in Ansible', async t => {
	const at = await written({hosts: 'x.y\n[web]\nh[1:4]\n[db]\nh[3:6]\n[prod:children]\ndb\nweb\n'});
	let taken = 0;
	await fc.assert(
		fc.asyncProperty(pattern, async pattern => {
			const asked = {question: `hosts ${pattern}`, sources: [join(at, 'hosts')]};
			const vacate = await askVacate(asked);
			if ('refused' in vacate) return;
			taken += 1;
			t.deepEqual(vacate, await askAnsible(oracle, asked), pattern);
		}),
		{numRuns: runs * 3},
	);
	t.true(taken >= runs, `only ${taken} were taken`);
});
