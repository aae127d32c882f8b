import {readFileSync} from 'node:fs';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test from 'ava';
import {Oracle} from '../oracle.ts';
import {askAnsible, askVacate, type Said} from './ask.ts';
import {cases, judge, nameOf, prepared, type Recorded, recordedFile, refused} from './cases.ts';
import {pageFile, pageOf} from './page.ts';

const oracle = new Oracle(['ansible-inventory', 'ansible']);
const writes = process.env.CONFORMANCE_WRITE === 'true';
const answered = new Map<string, Readonly<Record<string, unknown>>>();
let folder = '';

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-conformance-'));
});

test.after.always(async () => {
	oracle.end();
	await rm(folder, {recursive: true, force: true});
});

const told = (said: Said) => ('data' in said ? said.data : refused);

for (const [index, one] of cases.entries()) {
	test(nameOf(one), async t => {
		const answers: [string, unknown][] = [];
		for (const asked of await prepared(one, join(folder, String(index)))) {
			const [vacate, ansible] = [await askVacate(asked), await askAnsible(oracle, asked)];
			judge(t, one, asked.question, vacate, ansible);
			answers.push([asked.question, told(ansible)]);
		}
		answered.set(nameOf(one), Object.fromEntries(answers));
		if (writes) return;
		const recorded = JSON.parse(readFileSync(recordedFile, 'utf8')) as Recorded;
		t.deepEqual(Object.fromEntries(answers), recorded[nameOf(one)], `${recordedFile} is old: npm run conformance`);
	});
}

test.after(async () => {
	if (!writes) return;
	const recorded: Recorded = Object.fromEntries(cases.map(one => [nameOf(one), answered.get(nameOf(one)) ?? {}]));
	await writeFile(recordedFile, `${JSON.stringify(recorded, undefined, '\t')}\n`);
	await mkdir(dirname(pageFile), {recursive: true});
	await writeFile(pageFile, pageOf(cases));
});
