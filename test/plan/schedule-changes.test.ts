import test from 'ava';
import {diffPlans} from '../../src/plan/document/diff.ts';
import {steps} from '../../src/steps/index.ts';
import {changesText} from '../../src/views/plan/diff.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {FakeWorld} from '../fakes/world.ts';
import {planOf} from './planner.ts';

function planned(options: string) {
	const world = new FakeWorld('kvm1', 'kvm2');
	for (const name of ['web1', 'web2', 'web3']) world.guest('kvm1', name);
	const text = `- {hosts: kvm1, tasks: [{evacuate: {to: kvm2, order: name${options}}}]}`;
	return planOf(text, new FakeShell(world));
}

test('what changed limits do to time is told', async t => {
	const [old, now] = await Promise.all([planned(''), planned(', limits: {total: 1}')]);
	const told = changesText(diffPlans(old, now, steps));
	t.regex(told, /^limit total changed from 5 to 1$/m);
	t.notRegex(told, /in another way/);
});

test('what a changed bandwidth does to moves and time is told once for all', async t => {
	const [old, now] = await Promise.all([planned(''), planned(', bandwidth: 1 MiB/s')]);
	const told = changesText(diffPlans(old, now, steps));
	t.regex(told, /^bandwidth_mib of web1, web2, web3 changed from not set to 1$/m);
	t.regex(told, /^expected duration changed from .* to .*$/m);
	t.notRegex(told, /in another way/);
});

test('equal plans have no changes', async t => {
	t.deepEqual(diffPlans(await planned(''), await planned(''), steps), []);
});
