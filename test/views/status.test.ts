import test from 'ava';
import {exitCodes} from '../../src/errors.ts';
import {linesOf} from '../../src/views/lines.ts';
import {recapText} from '../../src/views/recap.ts';
import {statusText} from '../../src/views/status.ts';
import {recap} from './events.ts';

const opened = {id: 'a', host: 'kvm1', title: 'web1 to kvm2', guest: 'web1', unsettled: true} as const;

for (const [title, status, expected] of [
	[
		'stuck',
		{
			exitCode: 5,
			actions: [
				{
					...opened,
					phase: 'stuck',
					now: 'running (booted) on kvm1; kvm2 does not respond',
					message: 'the move of web1 could not be undone',
					left: [
						{host: 'kvm2', path: '/images/web1', there: 'unknown'},
						{host: 'kvm3', path: '/images/web1', there: 'yes'},
					],
				},
			],
		},
		/running \(booted\) on kvm1; kvm2 does not respond\n\nweb1 to kvm2: the move of web1 could not be undone\n {2}left behind: kvm2:\/images\/web1 \(host unreachable\), kvm3:\/images\/web1\n\nThe run ended with exit code 5: 1 action is stuck\. When the cause is fixed: vacate resume r1$/,
	],
	[
		'dead',
		{actions: [{...opened, phase: 'started'}]},
		/\n\nThe run died with 1 action in progress\. .* vacate resume r1$/,
	],
	[
		'dead, with guests whose moves had not begun',
		{
			actions: [
				{...opened, phase: 'started'},
				{...opened, title: 'db1 to kvm3', unsettled: false, phase: 'waiting', now: 'running (booted) on kvm1'},
				{...opened, title: 'old to kvm3', unsettled: false, phase: 'left out', now: 'running (booted) on kvm1'},
			],
		},
		/kvm1 +db1 to kvm3 +not started +running \(booted\) on kvm1\nkvm1 +old to kvm3 +left out by a reviewer .*\n\nThe run died with 1 action in progress and 1 not started\. .* vacate resume r1$/,
	],
	[
		'over',
		{exitCode: 0, actions: [{...opened, unsettled: false, phase: 'succeeded'}]},
		/\n\nThe run ended with exit code 0\. .* vacate undo r1$/,
	],
	[
		'a person can tell',
		{
			actions: [
				{
					...opened,
					id: 'play1.task1@kvm1',
					title: 'upgrade',
					phase: 'started',
					resolve: ['it was done: vacate …', 'leave it'],
				},
			],
		},
		/\n\nplay1\.task1@kvm1 has no known outcome\. Check it, then run one of these:\n {2}it was done: vacate …\n {2}leave it\n\n/,
	],
	[
		'a person has told',
		{
			exitCode: 0,
			actions: [
				{
					...opened,
					unsettled: false,
					phase: 'skipped',
					resolution: {
						as: 'skip',
						origin: {operator: 'anna', controller: 'ctl', at: '2026-11-30T18:00:00Z', reason: 'dpkg was broken'},
					},
				},
			],
		},
		/left as it is\n\na: its outcome was unknown; it is left as it is: said by anna on ctl at 2026-11-30T18:00:00Z: dpkg was broken\n\nThe run ended with exit code 0\./,
	],
	[
		'guests that stayed, and kept copies',
		{
			exitCode: 6,
			actions: [{...opened, unsettled: false, phase: 'succeeded'}],
			left: [{guest: 'db1', host: 'kvm1', reason: 'no host takes it'}],
			kept: [{host: 'kvm1', copies: 2, bytes: 663_552}],
		},
		/\n\ndb1 stayed on kvm1: no host takes it\n\nkept copies: 2 on kvm1, 648 KiB\. .*vacate disks\n\nThe run ended with exit code 6/,
	],
	['alive', {alive: true, actions: []}, /no changes were made\n\nThe run is in progress\. .* vacate abort r1$/],
] as const) {
	test(`how a run stands, and what to run next: ${title}`, t => {
		t.regex(statusText({run: 'r1', playbook: 'p.yml', alive: false, ...status}), expected);
	});
}

test('what is stuck is told with where its guest is, what may lie about, and the commands to look and to decide', t => {
	const ended = {
		at: 1,
		type: 'action-ended',
		action: {id: 'a', host: 'kvm1', step: 'migrate', title: 'web1 to kvm2', guest: 'web1', to: 'kvm2'},
		outcome: 'stuck',
		durationMs: 1,
		failure: {
			code: 'stuck',
			message: 'where web1 is cannot be said for certain',
			remedies: ['look'],
			where: 'running (booted) on kvm1; kvm2 does not respond',
			left: [{host: 'kvm2', path: '/images/web1.qcow2'}],
		},
	} as const;
	const text = recapText({...recap, exitCode: exitCodes.stuck, hosts: {}, guests: [], irreversible: []}, [ended]);
	t.true(
		text.startsWith(`stuck on kvm1: web1 to kvm2: where web1 is cannot be said for certain
  guest location: running (booted) on kvm1; kvm2 does not respond
  possibly left behind: kvm2:/images/web1.qcow2
  next: look
`),
		text,
	);
	t.true(linesOf(ended).some(line => line.includes('possibly left behind: kvm2:/images/web1.qcow2')));
});
