import {readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {parseYaml} from '../../../src/yaml/document.ts';
import {Oracle} from '../oracle.ts';
import {askAnsible, askVacate} from './ask.ts';
import {writeFiles} from './files.ts';

type Case = {
	readonly title: string;
	readonly files?: Readonly<Record<string, string>>;
	readonly sources?: readonly string[];
	readonly playbook?: string;
	readonly ask?: readonly string[];
	readonly refused?: string;
	readonly different?: string;
	readonly says?: string;
	readonly prints?: unknown;
};

type Area = {readonly area: string; readonly files?: Case['files']; readonly cases: readonly Case[]};

const file = 'test/conformance/inventory/cases.yml';
const areas = parseYaml(file, readFileSync(file, 'utf8')).data as readonly Area[];
const oracle = new Oracle(['ansible-inventory', 'ansible']);
let folder = '';

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-conformance-'));
});

test.after.always(async () => {
	oracle.end();
	await rm(folder, {recursive: true, force: true});
});

for (const [index, {area, files: shared, cases}] of areas.entries()) {
	for (const [number, one] of cases.entries()) {
		test(`${area}: ${one.title}`, async t => {
			const at = join(folder, `${index}-${number}`);
			const files = one.files ?? shared ?? {};
			await writeFiles(at, files);
			const named = one.sources ?? Object.keys(files).slice(0, 1);
			const sources = named.map(source => (source.includes(',') ? source : join(at, source)));
			const beside = one.playbook === undefined ? {} : {playbookFolder: join(at, one.playbook)};
			for (const question of one.ask ?? ['list']) {
				const asked = {question, sources, ...beside};
				const vacate = await askVacate(asked);
				const ansible = await askAnsible(oracle, asked);
				if (one.refused !== undefined) {
					t.true('refused' in ansible, `Ansible reads it: ${JSON.stringify(ansible)}`);
					t.true('refused' in vacate && vacate.refused.includes(one.refused), JSON.stringify(vacate));
				} else if (one.different === undefined) {
					t.deepEqual(vacate, ansible, question);
				} else {
					t.notDeepEqual(vacate, ansible, 'this is the same in both now');
					if (one.says !== undefined) {
						t.true('refused' in vacate && vacate.refused.includes(one.says), JSON.stringify(vacate));
					} else if (Array.isArray(one.prints)) t.deepEqual(vacate, {data: one.prints});
					else t.like('data' in vacate ? vacate.data : vacate, one.prints as Record<string, unknown>);
				}
			}
		});
	}
}
