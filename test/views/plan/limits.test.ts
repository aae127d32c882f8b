import test from 'ava';
import {linesOf} from '../../../src/views/lines.ts';
import {planHtml} from '../../../src/views/plan/html.ts';
import {planMarkdown} from '../../../src/views/plan/markdown.ts';
import {limitTexts} from '../../../src/views/plan/rows.ts';
import {planSummaryText} from '../../../src/views/plan/text.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {FakeWorld} from '../../fakes/world.ts';
import {planOf} from '../../plan/planner.ts';

function planWith(limits: object, formats: readonly string[] = ['qcow2']) {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of ['a', 'b']) world.guest('kvm1', name, {formats: [...formats]});
	const params = JSON.stringify({to: 'compute', limits});
	return planOf(`- hosts: kvm1\n  tasks:\n    - evacuate: ${params}\n`, new FakeShell(world));
}

const told = (limits: string, weight: number, atOnce: string) =>
	`limits on kvm1: ${limits}; a guest whose disks are copied counts as ${weight} (storage_weight), so ${atOnce} at a time`;

for (const [title, limits, expected] of [
	['the defaults', {}, [told('per_source 2, per_destination 2, per_link 2, total 5', 2, '1 such guest moves')]],
	[
		'four from and to a host',
		{per_source: 4, per_destination: 4},
		[told('per_source 4, per_destination 4, per_link 4, total 5', 2, '2 such guests move')],
	],
	['a weight of one', {storage_weight: 1}, []],
] as const) {
	test(`a plan says how guests with disks count: ${title}`, async t => {
		const plan = await planWith(limits);
		t.deepEqual(limitTexts(plan), [...expected]);
		for (const text of expected) {
			t.true(planSummaryText(plan).includes(text));
			t.true(planHtml(plan).includes(text));
			t.true(planMarkdown(plan).includes('limits on kvm1: '));
		}
	});
}

test('guests without disks count as one, which needs no word', async t => {
	t.deepEqual(limitTexts(await planWith({}, [])), []);
});

test('a line of the log says what a guest that waits counts as', t => {
	const action = {id: 'a', host: 'kvm1', step: 'migrate', title: 'a to kvm2', guest: 'a', to: 'kvm2'};
	const waits = {type: 'action-waiting', at: 0, action, limit: 'per_source kvm1'} as const;
	t.deepEqual(linesOf({...waits, weight: 2}), ['  waiting  a to kvm2: limit per_source of kvm1 (counts as 2)']);
	t.deepEqual(linesOf(waits), ['  waiting  a to kvm2: limit per_source of kvm1']);
});
