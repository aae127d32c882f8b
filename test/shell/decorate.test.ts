import test from 'ava';
import type {Command} from '../../src/shell/command.ts';
import {decorate} from '../../src/shell/decorate.ts';
import type {RunOptions, Shell} from '../../src/shell/shell.ts';

const uptime: Command = {host: 'kvm1', argv: ['uptime'], effect: 'read'};

/** A shell that notes what it is asked. */
function noting() {
	const log: string[] = [];
	const shell: Shell = {
		async run({argv}, options?: RunOptions) {
			log.push(argv.join(' '));
			options?.onStdout?.('noon\n');
			return {end: 'exited', code: 0, stdout: 'noon\n', stderr: '', durationMs: 1};
		},
		reset: async host => void log.push(`reset ${host}`),
		close: async () => void log.push('close'),
	};
	return {log, shell};
}

test('a decorated shell may change a command and its outcome; options, reset and close reach the shell', async t => {
	const {log, shell} = noting();
	const heard: string[] = [];
	const timed = decorate(
		shell,
		async (command, run) => ({...(await run({...command, argv: ['timeout', ...command.argv]})), stdout: 'later\n'}),
		async () => void log.push('closed too'),
	);
	const outcome = await timed.run(uptime, {onStdout: text => heard.push(text)});
	await timed.reset?.('kvm1');
	await timed.close();
	t.is(outcome.stdout, 'later\n');
	t.deepEqual(heard, ['noon\n']);
	t.deepEqual(log, ['timeout uptime', 'reset kvm1', 'close', 'closed too']);
});

test('the last decoration is the outermost, and one that throws runs nothing', async t => {
	const {log, shell} = noting();
	const named = (name: string) => (inner: Shell) =>
		decorate(inner, (command, run) => {
			log.push(name);
			return run(command);
		});
	await named('outer')(named('inner')(shell)).run(uptime);
	const refusing = decorate(shell, async ({host}) => {
		throw new Error(`${host} is closed`);
	});
	await t.throwsAsync(refusing.run(uptime), {message: 'kvm1 is closed'});
	t.deepEqual(log, ['outer', 'inner', 'uptime']);
});
