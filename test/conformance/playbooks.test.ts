import test from 'ava';
import {casesIn} from './case.ts';
import {compare, isAsExpected, playbooks} from './compare.ts';

// One playbook of each part of the language. `npm run conformance` runs them all, which takes some minutes.
const names = [
	...[
		'block-nested',
		'block-rescue-fails',
		'changed-when',
		'delegate',
		'duplicate-key',
		'end-host',
		'expressions-results',
	],
	...['extra-vars', 'fatal-serial', 'free-order', 'handlers-sections', 'import-playbook-beside', 'include-tasks-apply'],
	...['list-tasks', 'lookups', 'loop-control', 'max-fail-exceeded', 'precedence-levels', 'run-once-rescue'],
	...['serial-list-mixed', 'start-at-task', 'tags-both', 'unreachable-rescue', 'until-rescue'],
];
const cases = casesIn(playbooks).filter(({name}) => names.includes(name));

test('the selection is there', t => {
	t.is(cases.length, names.length);
});

for (const one of cases) {
	test.serial(`vacate and ansible-playbook do the same: ${one.name}`, async t => {
		const compared = await compare(one);
		t.true(isAsExpected(compared), [...compared.found, compared.said].join('\n'));
	});
}
