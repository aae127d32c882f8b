import test from 'ava';
import {CommandError} from '../../src/errors.ts';
import {askAll, askEach} from '../../src/facts/ask.ts';
import {readDomains} from '../../src/facts/read-domains.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';

type Reply = {readonly texts?: readonly string[]; readonly stderr?: string; readonly code?: number};

/** A virsh that answers the subcommands of a batch as `reply` says. */
function virsh(reply: (subcommands: readonly string[], nth: number) => Reply): Shell & {readonly asked: string[][]} {
	const asked: string[][] = [];
	return {
		asked,
		async run({argv}: Command): Promise<Outcome> {
			const script = argv.at(-1) ?? '';
			const [end = '', marker = ''] = /; echo --str '(\n--- [0-9a-f]{32} ---\n)'$/.exec(script) ?? [];
			const subcommands = script
				.split(end)
				.slice(0, -1)
				.map(text => text.replace(/^; /, ''));
			const {texts = [], stderr = '', code = 0} = reply(subcommands, asked.length);
			asked.push(subcommands);
			return {end: 'exited', code, stdout: texts.map(text => `${text}${marker}`).join(''), stderr, durationMs: 1};
		},
		close: async () => {},
	};
}

test('the marker is another one each time, so that no answer can hold it', async t => {
	const scripts: string[] = [];
	const shell = virsh(() => ({texts: ['x']}));
	const spy: Shell = {
		...shell,
		run: async command => {
			scripts.push(command.argv.at(-1) ?? '');
			return shell.run(command);
		},
	};
	await askAll(spy, 'kvm1', [['hostname']]);
	await askAll(spy, 'kvm1', [['hostname']]);
	t.not(scripts[0], scripts[1]);
});

test('when a batch cannot be read, each subcommand is asked by itself, and what cannot be read is lost alone', async t => {
	const shell = virsh(([first = '', ...more]) => {
		if (more.length > 0) return {code: 1, stderr: 'error: internal error'};
		return first === 'dumpxml bad' ? {code: 1, stderr: 'error: too large'} : {texts: [`answer to ${first}`]};
	});
	const answers = await askEach(shell, 'kvm1', [
		['dumpxml', 'good'],
		['dumpxml', 'bad'],
		['dumpxml', 'other'],
	]);
	t.deepEqual(
		answers.map(answer => ('text' in answer ? answer.text : answer.failure.message)),
		['answer to dumpxml good', 'virsh on kvm1: exit code 1: error: too large', 'answer to dumpxml other'],
	);
	t.is(shell.asked.length, 4);
});

const uuid = 'd9014867-ec95-4eda-b042-c2816882607c';
const stats = "Domain: 'web1 '\n  state.state=1\n  state.reason=1\n\n";

test('a guest that comes or goes while a host is asked is asked again', async t => {
	const shell = virsh((subcommands, nth) => {
		// It has arrived between the list and the figures.
		if (nth === 0) return {texts: ['\n', '', '', stats]};
		if (subcommands.length === 1) return {texts: [`${uuid}\n\n`]};
		return {texts: ['web1 \n', stats, '', '', `${uuid} web1 \n\n`]};
	});
	const entries = await readDomains(shell, 'kvm1');
	t.deepEqual(
		entries.map(({name, state}) => `${name}|${state}`),
		['web1 |running'],
	);
	t.is(shell.asked.length, 3);
});

test('answers that go on contradicting each other are an error that names the guest', async t => {
	const shell = virsh((subcommands, nth) => {
		if (nth === 0) return {texts: [`${uuid} web1\n`, '', '', '']};
		if (subcommands.length === 1) return {texts: [`${uuid}\n\n`]};
		return {texts: ['web1\n', '', '', '', `${uuid} web1\n\n`]};
	});
	const error = await t.throwsAsync(readDomains(shell, 'kvm1'), {instanceOf: CommandError});
	t.is(error?.message, `virsh on kvm1: the outputs are contradictory: "web1" (${uuid}) is listed, but has no state`);
});

test('a list that fails is not a host without guests', async t => {
	const failing = virsh(subcommands => ({
		texts: subcommands.map(() => ''),
		stderr: 'error: Disconnected from qemu:///system due to end of file\n',
	}));
	await t.throwsAsync(readDomains(failing, 'kvm1'), {message: /printed no domain: error: Disconnected from/});
	const empty = virsh(subcommands => ({texts: subcommands.map(() => '\n')}));
	t.deepEqual(await readDomains(empty, 'kvm1'), []);
	t.is(empty.asked.length, 1);
});
