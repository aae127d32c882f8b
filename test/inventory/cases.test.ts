import {readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {askVacate} from '../conformance/inventory/ask.ts';
import {cases, judge, nameOf, prepared, type Recorded, recordedFile, refused} from '../conformance/inventory/cases.ts';
import {pageFile, pageOf} from '../conformance/inventory/page.ts';

// Ansible's answers, recorded by `npm run conformance`, so that they can be compared on machines without Ansible.
const recorded = JSON.parse(readFileSync(recordedFile, 'utf8')) as Recorded;
let folder = '';

test.before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'vacate-cases-'));
});

test.after.always(() => rm(folder, {recursive: true, force: true}));

for (const [index, one] of cases.entries()) {
	test(nameOf(one), async t => {
		for (const asked of await prepared(one, join(folder, String(index)))) {
			const answer = recorded[nameOf(one)]?.[asked.question];
			t.not(answer, undefined, 'npm run conformance asks Ansible about it');
			judge(t, one, asked.question, await askVacate(asked), answer === refused ? {refused: ''} : {data: answer});
		}
	});
}

test('the documentation page lists every case', t => t.is(readFileSync(pageFile, 'utf8'), pageOf(cases)));
