import test from 'ava';
import {UnreachableError} from '../../../src/errors.ts';
import {decorate} from '../../../src/shell/decorate.ts';
import {planHtml} from '../../../src/views/plan/html.ts';
import {planMarkdown} from '../../../src/views/plan/markdown.ts';
import {rejectionsOf} from '../../../src/views/plan/rows.ts';
import {planSummaryText} from '../../../src/views/plan/text.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {FakeWorld} from '../../fakes/world.ts';
import {planOf} from '../../plan/planner.ts';

/** The plan of an evacuation of three guests; the hosts named are down. */
async function planWith(params: object, ...down: readonly string[]) {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of ['a', 'b', 'c']) world.guest('kvm1', name);
	const shell = decorate(new FakeShell(world), async (command, run) => {
		if (down.includes(command.host)) throw new UnreachableError(command.host, 'no route');
		return run(command);
	});
	return planOf(`- hosts: kvm1\n  tasks:\n    - evacuate: ${JSON.stringify({to: 'compute', ...params})}\n`, shell);
}

test('a destination that is down is told once, in the summary', async t => {
	const plan = await planWith({}, 'kvm3');
	const text = 'kvm3 is not used: libvirt does not respond: kvm3 cannot be reached: no route';
	t.is(planSummaryText(plan).split(text).length, 2, planSummaryText(plan));
	t.true(planHtml(plan).includes(text));
	t.true(planMarkdown(plan).includes('is not used: libvirt does not respond'), planMarkdown(plan));
	t.deepEqual(rejectionsOf(plan), []);
});

test('a destination that only some guests rejected is told for each of them', async t => {
	const each = [
		{guests: 'b', pin: 'kvm2'},
		{guests: 'c', pin: 'kvm3'},
	];
	const plan = await planWith({each});
	t.notRegex(planSummaryText(plan), /is not used/);
	t.deepEqual(
		rejectionsOf(plan).map(({guest, reasons}) => [guest, ...reasons.map(reason => reason.slice(0, 4))]),
		[
			['b', 'kvm3'],
			['c', 'kvm2'],
		],
	);
});
