import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {originOf} from '../../src/cli/origin.ts';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {originFrom, readOrigin, writeOrigin} from '../../src/store/plan-origin.ts';
import {originText} from '../../src/views/origin.ts';
import {statusText} from '../../src/views/status.ts';

const anna = {
	operator: 'root',
	sudo_user: 'anna',
	controller: 'ctl1',
	at: '2026-11-30T18:00:00Z',
	ticket: 'CHG1',
	reason: 'new firmware',
};

test('who does something and why is known, also through sudo', t => {
	const {operator, controller, at, ticket, reason} = originOf({ticket: 'CHG1', reason: 'new firmware'});
	t.true(operator.length > 0 && controller.length > 0);
	t.regex(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	t.deepEqual([ticket, reason], ['CHG1', 'new firmware']);
	t.is(originText(anna), 'root (sudo: anna) on ctl1 at 2026-11-30T18:00:00Z, ticket CHG1: new firmware');
	t.is(originText({...anna, reason: 'a\u001b[31m'}).includes('\u001b'), false, 'no escapes reach the terminal');
});

test('who made a plan stands beside it, and counts for that plan only', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-origin-'));
	const plan = join(folder, 'plan.yml');
	t.is(await readOrigin(plan, 'sha256:1'), undefined);
	await writeOrigin(plan, 'sha256:1', anna);
	t.deepEqual(await readOrigin(plan, 'sha256:1'), anna);
	t.is(await readOrigin(plan, 'sha256:2'), undefined);
	await rm(folder, {recursive: true});
});

test('who asks for an end says so in words that are only words', t => {
	const {reason: _, ...rest} = anna;
	t.deepEqual(originFrom(JSON.stringify({...anna, other: 'x', reason: 5})), rest);
	t.is(originFrom('\n'), undefined);
	t.is(originFrom('{"operator": 1}'), undefined);
});

test('the journal knows who began a run, who went on with it, and who asked for its end', t => {
	const known = replayJournal([
		{type: 'run', version: 1, run: 'r1', playbook: 'p.yml', origin: anna},
		{type: 'abort-asked', origin: {...anna, operator: 'bert'}},
		{type: 'resumed', by: 'process 2', origin: {...anna, operator: 'carl'}},
		{type: 'ended', exitCode: 130},
		{type: 'abort-asked', origin: anna},
	]);
	t.is(known.exitCode, 130, 'who comes late changes nothing');
	t.deepEqual(
		known.origins.map(({did, origin}) => `${did} ${origin.operator}`),
		['run root', 'abort-asked bert', 'resumed carl', 'abort-asked root'],
	);
	t.deepEqual(
		replayJournal([{type: 'run', version: 1, run: 'r1', playbook: 'p.yml'}]).origins,
		[],
		'a journal of before',
	);
	const text = statusText({run: 'r1', playbook: 'p.yml', alive: false, actions: [], origins: known.origins});
	t.regex(text, /started by root \(sudo: anna\) on ctl1 .*\nabort requested by bert .*\nresumed by carl /);
});
