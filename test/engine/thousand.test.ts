import test from 'ava';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {unfinishedActions} from '../../src/engine/recovery/resume.ts';
import {exitCodes} from '../../src/errors.ts';
import {steps} from '../../src/steps/index.ts';
import {run} from '../fakes/runner.ts';
import {Crowd, unsteady} from '../fakes/unsteady.ts';

const playbook = `
- hosts: kvm1
  tasks:
    - evacuate: {to: "kvm2,kvm3", limits: {per_source: 40, per_destination: 40, total: 40}, overcommit: {cpus: 1000}}
      retries: 3
      delay: 1 s
`;

test('of a thousand guests and one command of a hundred that fails, each guest is accounted for and none is harmed', async t => {
	const crowd = new Crowd(1000);
	const {recap, journal} = await run(playbook, {shell: unsteady(crowd, 1, 7)});
	t.true(
		[exitCodes.done, exitCodes.undone, exitCodes.stuck].some(code => code === recap.exitCode),
		`${recap.exitCode}`,
	);
	t.is(new Set(recap.guests.map(({guest}) => guest)).size, 1000);
	t.deepEqual(crowd.world.violations(), []);
	for (const {guest, outcome, where} of recap.guests) {
		const hosts = [...crowd.world.hosts].filter(([, {domains}]) =>
			[...domains.values()].some(({name, state}) => name === guest && state === 'running'),
		);
		t.deepEqual(hosts.length, 1, guest);
		t.true(where.endsWith(hosts[0]?.[0] ?? '?') || outcome === 'stuck', `${guest} ${outcome} ${where}`);
	}
	const before = replayJournal(journal.records);
	const phases = before.actions.map(({phase}) => phase);
	const moved = recap.guests.filter(({outcome}) => outcome === 'changed');
	t.is(phases.filter(phase => phase === 'succeeded').length, moved.length);
	t.true(moved.length > 500, `${moved.length} moved`);
	t.true(unfinishedActions(before, steps).every(({account}) => account.phase === 'stuck'));
});
