import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {read} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {tellWaiting} from '../../src/shell/tell-waiting.ts';
import {withoutRetries} from '../../src/shell/without-retries.ts';

const answer: Outcome = {end: 'exited', code: 0, stdout: '', stderr: '', durationMs: 1};

/** Hosts that answer only on request. */
function slowHosts() {
	const open = new Map<string, () => void>();
	const shell: Shell = {
		run: ({host}) => new Promise(resolve => open.set(host, () => resolve(answer))),
		close: async () => {},
	};
	return {shell, answerOf: (host: string) => open.get(host)?.()};
}

test('a host that does not answer is told until it answers; one that answers is not', async t => {
	const {shell, answerOf} = slowHosts();
	const told: string[] = [];
	let heard = () => {};
	const twice = new Promise<void>(resolve => {
		heard = () => told.length === 2 && resolve();
	});
	const waited = tellWaiting(
		shell,
		text => {
			told.push(text);
			heard();
		},
		40,
	);
	const quick = waited.run(read('kvm2', ['true']));
	const slow = waited.run(read('kvm3', ['true']));
	answerOf('kvm2');
	await quick;
	await twice;
	answerOf('kvm3');
	await slow;
	await wait(100);
	t.deepEqual(told, ['waiting for kvm3 (0.04 s)', 'waiting for kvm3 (0.08 s)']);
});

test('a host that cannot be reached is tried once; what runs on this machine for it, and other hosts, go on', async t => {
	const tried: string[] = [];
	const shell: Shell = {
		async run({host, argv, here}) {
			tried.push(`${host} ${argv[0]}`);
			if (host === 'kvm3' && here !== true) throw new UnreachableError(host, 'no route');
			return answer;
		},
		close: async () => {},
	};
	const once = withoutRetries(shell);
	const error = await t.throwsAsync(once.run(read('kvm3', ['first'])), {instanceOf: UnreachableError});
	t.is(await t.throwsAsync(once.run(read('kvm3', ['second']))), error);
	await once.run(read('kvm2', ['first']));
	await once.run({...read('kvm3', ['local']), here: true});
	t.deepEqual(tried, ['kvm3 first', 'kvm2 first', 'kvm3 local']);
});
