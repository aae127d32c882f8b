import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {loadPlaybook} from '../../src/playbook/load.ts';
import {steps} from '../../src/steps/index.ts';

const folder = new URL('../../../playbooks', import.meta.url).pathname;
const files = readdirSync(folder, {recursive: true})
	.map(String)
	.filter(file => file.endsWith('.yml') && !file.includes('tasks/'));

test('there are playbooks', t => {
	t.true(files.length >= 4);
});

for (const file of files) {
	test(`playbooks/${file} is valid`, async t => {
		const {plays} = await loadPlaybook(join(folder, file), steps);
		t.true(plays.every(({tasks}) => tasks.length > 0));
	});
}
