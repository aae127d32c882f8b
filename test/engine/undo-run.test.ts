import test from 'ava';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {undoRun} from '../../src/engine/undo-run.ts';
import {exitCodes} from '../../src/errors.ts';
import {matchHosts} from '../../src/inventory/patterns.ts';
import {readPlaybook} from '../../src/playbook/load.ts';
import type {Command} from '../../src/shell/command.ts';
import {steps} from '../../src/steps/index.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {inventoryOf} from '../fakes/inventory.ts';
import {MemoryJournal, worldOf} from '../fakes/rig.ts';
import {Echo, run} from '../fakes/runner.ts';

const text = `- hosts: kvm1
  tasks:
    - {command: {argv: [first], undo: [back, first]}}
    - {command: {argv: [second], undo: [back, second]}}
`;

/** Hosts where somebody presses Ctrl-C while a command runs. */
class StoppedAt extends Echo {
	readonly stop = new AbortController();
	constructor(readonly word: string | undefined) {
		super();
	}
	override async run(command: Command) {
		if (command.argv.includes(this.word ?? '')) this.stop.abort();
		return super.run(command);
	}
}

async function undone(word?: string) {
	const {journal} = await run(text);
	const shell = new StoppedAt(word);
	const inventory = inventoryOf('all: {hosts: {kvm1: }}');
	const again = new MemoryJournal();
	const recap = await undoRun(
		{
			run: 'test',
			playbook: readPlaybook(parseYaml('play.yml', text), steps),
			inventory,
			steps,
			given: {},
			world: worldOf(shell),
			journal: again,
			emit: () => {},
			forks: 1,
			peer: () => undefined,
			hostsOf: pattern => matchHosts(inventory, pattern),
			mark: id => id,
			signal: shell.stop.signal,
			undoSignal: new AbortController().signal,
		},
		replayJournal(journal.records),
	);
	return {exitCode: recap.exitCode, ran: shell.ran, last: again.records.at(-1)};
}

test('an undo takes back everything, the last first, and is done', async t => {
	const {exitCode, ran, last} = await undone();
	t.deepEqual(ran, ['kvm1: back second', 'kvm1: back first']);
	t.is(exitCode, exitCodes.done);
	t.deepEqual(last, {type: 'ended', exitCode: exitCodes.done});
});

test('an undo that is told to stop before everything is taken back was interrupted, and its journal says so', async t => {
	const {exitCode, ran, last} = await undone('second');
	t.deepEqual(ran, ['kvm1: back second']);
	t.is(exitCode, exitCodes.interrupted);
	t.deepEqual(last, {type: 'ended', exitCode: exitCodes.interrupted});
});

test('an undo that is told to stop during its last action has done everything', async t => {
	const {exitCode, ran} = await undone('first');
	t.is(ran.length, 2);
	t.is(exitCode, exitCodes.done);
});
