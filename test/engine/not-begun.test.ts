import test from 'ava';
import {Decisions} from '../../src/plan/document/decisions.ts';
import type {Plan} from '../../src/plan/document/model.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {planOf} from '../plan/planner.ts';

function newWorld(): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	for (const name of ['web1', 'web2', 'web3']) world.guest('kvm1', name);
	return world;
}

const evacuate = '- {hosts: kvm1, tasks: [{evacuate: {to: "compute:!kvm1", order: name}}]}';

test('guests that a reviewer left out, and those that have drifted, stand in the journal with the reason', async t => {
	const plan = await planOf(evacuate, new FakeShell(newWorld()));
	const actions = plan.actions.map(action => (action.guest === 'web1' ? {...action, skip: 'month end'} : action));
	const world = newWorld();
	const web2 = [...world.host('kvm1').domains.values()].find(({name}) => name === 'web2');
	if (web2 !== undefined) world.host('kvm1').domains.set(web2.uuid, {...web2, memoryKib: web2.memoryKib * 2});
	const held: Plan = {...plan, actions};
	const {journal} = await run(evacuate, {
		shell: new FakeShell(world),
		input: {decisions: new Decisions(held, 'plan.yml')},
	});
	const told = journal.records.flatMap(record =>
		record.type === 'left' || record.type === 'skipped' ? [`${record.type} ${record.guest} ${record.reason}`] : [],
	);
	t.is(told.length, 2, told.join('; '));
	t.true(told.includes('skipped web1 skipped in the plan: month end'));
	t.regex(
		told.find(text => text.startsWith('left')) ?? '',
		/^left web2 web2 has changed since the plan was made: memory/,
	);
});

test('a guest that one task moves and that is refused stands in the journal too', async t => {
	const {journal} = await run('- {hosts: kvm1, tasks: [{migrate: {guest: nobody, to: kvm2}}]}', {
		shell: new FakeShell(newWorld()),
	});
	const left = journal.records.find(({type}) => type === 'left');
	t.like(left, {guest: 'nobody', host: 'kvm1'});
});
