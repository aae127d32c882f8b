import test from 'ava';
import type {ActionName, Event} from '../../src/engine/events.ts';
import {RunTree} from '../../src/views/run-tree.ts';
import type {RunNode} from '../../src/views/tree-renderer.ts';

function moveOf(guest: string): ActionName {
	return {id: `play1.task1@kvm1#${guest}`, host: 'kvm1', step: 'migrate', title: `${guest} to kvm2`, guest, to: 'kvm2'};
}

const failure = {code: 'step', message: 'no space on kvm2', remedies: []};
const play: Event = {type: 'play-started', at: 0, play: 'Empty a host', hosts: ['kvm1']};
const move: Event = {type: 'task-started', at: 0, task: 'play1.task1', name: 'Move', hosts: ['kvm1']};

function started(guest: string): Event {
	return {type: 'action-started', at: 0, action: moveOf(guest), attempt: 1};
}

function ended(guest: string, outcome: 'changed' | 'skipped' | 'undone'): Event {
	return {type: 'action-ended', at: 0, action: moveOf(guest), outcome, durationMs: 0};
}

function failed(guest: string): Event {
	return {type: 'action-ended', at: 0, action: moveOf(guest), outcome: 'failed', durationMs: 0, failure};
}

/** The tree as lines: depth, title, state, and what listr2 is told of it. */
function linesOf(node: RunNode, depth = 0): readonly string[] {
	const {title, state, output, message} = node;
	const says = [output, message.error, message.skip].filter(text => text !== undefined && text !== '').join(' ');
	const line = `${'  '.repeat(depth)}${title} ${state}${says === '' ? '' : ` (${says})`}`;
	return [line, ...(node.subtasks ?? []).flatMap(child => linesOf(child, depth + 1))];
}

type Row = {readonly name: string; readonly events: readonly Event[]; readonly tree: readonly string[]};

const rows: readonly Row[] = [
	{
		name: 'an action that waits, one that runs, and one that has ended',
		events: [
			...[play, move, started('web1'), ended('web1', 'changed'), started('db1')],
			{type: 'action-progress', at: 0, action: moveOf('db1'), progress: {phase: 'disks', percent: 5}},
			{type: 'action-waiting', at: 0, action: moveOf('mail'), limit: 'total'},
		],
		tree: ['Empty a host STARTED', '  Move STARTED', '    web1 to kvm2 COMPLETED'].concat([
			'    db1 to kvm2 STARTED (disks)',
			'    mail to kvm2 WAITING',
		]),
	},
	{
		name: 'a failure and a skip end their task and their play',
		events: [
			...[play, move, started('web1'), started('db1'), failed('web1')],
			{type: 'action-ended', at: 0, action: moveOf('db1'), outcome: 'skipped', durationMs: 0, reason: 'moved before'},
			{...play, play: 'Next'},
		],
		tree: [
			'Empty a host FAILED',
			'  Move FAILED',
			'    web1 to kvm2 FAILED (failed  web1 to kvm2: no space on kvm2)',
			'    db1 to kvm2 SKIPPED (moved before)',
			'Next STARTED',
		],
	},
	{
		name: 'a retry, and an undo of its own',
		events: [
			...[play, move, started('web1')],
			{type: 'action-retry', at: 0, action: moveOf('web1'), attempt: 1, delayMs: 1, failure},
			...[started('db1'), ended('db1', 'changed')],
			{type: 'undo-started', at: 0, action: moveOf('db1')},
			...[started('mail'), ended('mail', 'undone')],
		],
		tree: [
			'Empty a host STARTED',
			'  Move STARTED',
			'    web1 to kvm2 RETRY (retry)',
			'    db1 to kvm2 COMPLETED',
			'    undo db1 to kvm2 ROLLING_BACK',
			'    mail to kvm2 ROLLED_BACK',
		],
	},
	{
		name: 'what belongs to no task of a play stands in the run itself',
		events: [started('web1'), ended('web1', 'changed')],
		tree: ['web1 to kvm2 COMPLETED'],
	},
	{
		name: 'a task that each host starts by itself is one task',
		events: [play, move, {...move, hosts: ['kvm2']}],
		tree: ['Empty a host STARTED', '  Move WAITING'],
	},
];

for (const {name, events, tree} of rows) {
	test(`listr2 holds the run as a tree: ${name}`, t => {
		const runTree = new RunTree();
		for (const event of events) runTree.on(event);
		const [, ...lines] = linesOf(runTree.run);
		t.deepEqual(
			lines.map(line => line.slice(2)),
			[...tree],
		);
	});
}

test('listr2 runs the tree from its first drawing to its close', async t => {
	const log: string[] = [];
	const tree = new RunTree({start: () => log.push('start'), stop: () => log.push('stop')});
	const drawn = tree.draw();
	t.deepEqual(log, ['start']);
	tree.close();
	await drawn;
	t.deepEqual(log, ['start', 'stop']);
	t.true(tree.run.isCompleted());
});
