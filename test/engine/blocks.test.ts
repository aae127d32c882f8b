import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import type {Command} from '../../src/shell/command.ts';
import {done, Echo, run, same} from '../fakes/runner.ts';

test('a block that fails is rescued, always runs in any case, and the run goes on', async t => {
	const {told, said, recap} = await run(`
- hosts: compute
  tasks:
    - block:
        - name: the odd one
          fail: no luck
          when: inventory_hostname == 'kvm2'
        - debug: not for kvm2
      rescue:
        - debug: "{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg }}"
      always:
        - debug: always
    - debug: after
`);
	same(t, said, [
		...['no luck', 'not for kvm2', 'not for kvm2', 'the odd one: no luck'],
		...['always', 'always', 'always', 'after', 'after', 'after'],
	]);
	t.true(told.includes('play1.task1.task1@kvm2 failed: no luck'));
	t.is(recap.exitCode, 0);
});

test('what a rescue cannot save has failed after its always; what was done is taken back then', async t => {
	const shell = new Echo();
	const {told, recap} = await run(
		`
- hosts: kvm1
  tasks:
    - command: make
      undo: unmake
    - block:
        - block: [{fail: inner}]
          always: [{debug: inner always}]
        - debug: never
      rescue: [{fail: rescue}]
      always: [{debug: outer always}]
    - debug: never
`,
		{shell},
	);
	same(t, done(told), [
		'play1.task1@kvm1 changed',
		'play1.task2.task1.task1@kvm1 failed',
		'play1.task2.task1.always1@kvm1 ok',
		'play1.task2.rescue1@kvm1 failed',
		'play1.task2.always1@kvm1 ok',
		'play1.task1@kvm1 undone',
	]);
	same(t, shell.ran, ['kvm1: make', 'kvm1: unmake']);
	t.is(recap.exitCode, 4);
});

test('rescue and always also run for a host that cannot be reached', async t => {
	const shell = new Echo();
	const inner = shell.run.bind(shell);
	shell.run = async command => {
		if (command.host === 'kvm2') throw new UnreachableError('kvm2', 'no answer');
		return inner(command);
	};
	const {said, recap} = await run(
		`
- hosts: compute
  tasks:
    - block: [{command: look}]
      rescue: [{debug: "{{ inventory_hostname }}: {{ ansible_failed_result is unreachable }}"}]
      always: [{debug: always}]
    - command: look
      ignore_unreachable: true
      ignore_errors: false
      register: r
    - debug: "{{ r is unreachable }}"
      when: inventory_hostname == 'kvm2'
`,
		{shell},
	);
	same(t, said, ['kvm2: True', 'always', 'always', 'always', true]);
	t.is(recap.exitCode, 0);
});

test('to ignore errors is not to ignore that a host cannot be reached', async t => {
	const shell = new Echo();
	shell.run = async ({host}: Command) => {
		throw new UnreachableError(host, 'no answer');
	};
	const {told} = await run('- {hosts: kvm1, tasks: [{command: look, ignore_errors: true}, {debug: never}]}', {shell});
	same(t, done(told), ['play1.task1@kvm1 unreachable']);
});

test('handlers run once for the hosts that notified them, in the order in which they are written', async t => {
	const {told, said} = await run(`
- hosts: compute
  pre_tasks:
    - command: one
      notify: second
  tasks:
    - command: two
      notify: [first, a topic]
      when: inventory_hostname != 'kvm3'
    - command: three
      notify: first
      changed_when: inventory_hostname == 'kvm1'
    - meta: flush_handlers
    - debug: after the flush
    - command: four
      notify: first
  post_tasks:
    - debug: post
  handlers:
    - name: first
      debug: "first {{ inventory_hostname }}"
    - name: second
      debug: "second {{ inventory_hostname }}"
    - name: third
      listen: a topic
      debug: "third {{ inventory_hostname }}"
`);
	same(t, said, [
		...['second kvm1', 'second kvm2', 'second kvm3'],
		...['first kvm1', 'first kvm2', 'third kvm1', 'third kvm2'],
		...['after the flush', 'after the flush', 'after the flush'],
		...['first kvm1', 'first kvm2', 'first kvm3'],
		...['post', 'post', 'post'],
	]);
	t.true(told.includes('play1.handler1@kvm1~2 ok'), 'the second time has an id of its own');
});

test('a host that has failed runs what it notified only when handlers are forced', async t => {
	const text = (force: boolean) => `
- hosts: kvm1
  force_handlers: ${force}
  tasks:
    - command: one
      notify: h
    - fail: enough
  handlers:
    - {name: h, debug: handled}
`;
	same(t, (await run(text(false))).said, ['enough']);
	const forced = await run(text(true));
	same(t, forced.said, ['enough', 'handled']);
	t.is(forced.recap.exitCode, 4);
});
