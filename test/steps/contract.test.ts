import test from 'ava';
import {Facts} from '../../src/facts/facts.ts';
import {differences, differenceText} from '../../src/plan/document/drift.ts';
import {steps} from '../../src/steps/index.ts';
import {migrate} from '../../src/steps/migration/migrate.ts';
import type {ActionStep, Json} from '../../src/steps/step.ts';

const actionSteps = [...steps.values()].flatMap(step => (step.kind === 'action' ? [step] : []));

for (const step of actionSteps.filter(({guest}) => guest !== undefined)) {
	test(`${step.name} moves a guest, and says what the move carries and how its action may differ`, t => {
		t.is(typeof step.load, 'function');
		t.not(step.drift, undefined);
	});
}

test('an action that says how it is undone is told from one that does not, by its own step', t => {
	const command = steps.get('command') as ActionStep<Json, Json>;
	const at = {host: 'kvm1', peer: () => undefined, hosts: () => [], emptying: new Set<string>(), moved: [], mark: 'm'};
	const planned = (params: Json) => command.plan(params as never, at, new Facts());
	t.false(command.isWithUndo?.(planned({argv: ['mkdir', '/a']}) as never));
	t.true(command.isWithUndo?.(planned({argv: ['mkdir', '/a'], undo: ['rmdir', '/a']}) as never));
});

type Drifted = {readonly what: string; readonly was: Json; readonly now: Json; readonly says: readonly string[]};

const copy = (target: string, bytes: number, dataBytes: number): Json => ({
	target,
	dataBytes,
	image: {virtualBytes: bytes},
});

const drifted: readonly Drifted[] = [
	{
		what: 'what a guest writes, and a port that is free at the moment, are no difference',
		was: {disks: {copies: [copy('vda', 10, 1)], streams: [{port: 1}]}},
		now: {disks: {copies: [copy('vda', 10, 2)], streams: [{port: 2}]}},
		says: [],
	},
	{
		what: 'memory in MiB',
		was: {move: {memoryKib: 8192}},
		now: {move: {memoryKib: 16_384}},
		says: ['memory: 16 MiB (planned: 8 MiB)'],
	},
	{
		what: 'memory that is no number is told as it is',
		was: {move: {memoryKib: 8192}},
		now: {move: {}},
		says: ['memory: absent (planned: 8 MiB)'],
	},
	{
		what: 'disks by their targets',
		was: {disks: {copies: [copy('vda', 10, 1)]}},
		now: {disks: {copies: [copy('vda', 10, 1), copy('vdb', 10, 1)]}},
		says: ['disks: vda, vdb (planned: vda)'],
	},
	{
		what: 'no disk at all',
		was: {disks: {copies: [copy('vda', 10, 1)]}},
		now: {disks: {copies: []}},
		says: ['disks: none (planned: vda)'],
	},
	{
		what: 'the size of a disk',
		was: {disks: {copies: [copy('vda', 10, 1)]}},
		now: {disks: {copies: [copy('vda', 20, 1)]}},
		says: ['size of copies.0: 20 bytes (planned: 10 bytes)'],
	},
	{
		what: 'anything else by its path',
		was: {options: {tls: true}},
		now: {options: {}},
		says: ['options.tls: absent (planned: true)'],
	},
];

for (const {what, was, now, says} of drifted) {
	test(`how a move has drifted: ${what}`, t => {
		const found = differences(was, now, migrate.drift?.ignored);
		t.deepEqual(
			found.map(one => differenceText(one, migrate.drift)),
			says,
		);
	});
}

test('a step that does not say how its action may differ is compared whole', t => {
	const found = differences({dataBytes: 1}, {dataBytes: 2});
	t.deepEqual(
		found.map(one => differenceText(one, undefined)),
		['dataBytes: 2 (planned: 1)'],
	);
});
