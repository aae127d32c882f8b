import test from 'ava';
import {Echo, run, same} from '../fakes/runner.ts';

const tagged = `
- hosts: kvm1
  tags: [play]
  tasks:
    - {debug: always, tags: always}
    - {debug: never, tags: [never, deep]}
    - block: [{debug: one, tags: one}, {debug: plain}]
      tags: block
- hosts: kvm1
  tasks:
    - debug: untagged
`;

for (const [only, skip, expected] of [
	[[], [], ['always', 'one', 'plain', 'untagged']],
	[['all'], [], ['always', 'one', 'plain', 'untagged']],
	[['one'], [], ['always', 'one']],
	[['block'], [], ['always', 'one', 'plain']],
	[['deep'], [], ['always', 'never']],
	[['never'], [], ['always', 'never']],
	[['tagged'], [], ['always', 'one', 'plain']],
	[['untagged'], [], ['always', 'untagged']],
	[['nothing'], [], ['always']],
	[[], ['one'], ['always', 'plain', 'untagged']],
	[[], ['always'], ['one', 'plain', 'untagged']],
	[[], ['tagged'], ['untagged']],
	[[], ['untagged'], ['always', 'one', 'plain']],
	[[], ['all'], ['always']],
	[['block'], ['one'], ['always', 'plain']],
	[['play'], ['block'], ['always', 'never']],
] as const) {
	test(`--tags ${only} --skip-tags ${skip} leaves ${expected}`, async t => {
		const {said} = await run(tagged, {input: {tags: {only, skip}}});
		same(t, said, expected);
	});
}

for (const [serial, expected] of [
	['1', ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']],
	['2', ['a1', 'a2', 'b1', 'b2', 'a3', 'b3']],
	['[1, 2]', ['a1', 'b1', 'a2', 'a3', 'b2', 'b3']],
	['50%', ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']],
	['100%', ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']],
	['"{{ 1 + 1 }}"', ['a1', 'a2', 'b1', 'b2', 'a3', 'b3']],
] as const) {
	test(`serial: ${serial} takes the hosts in batches`, async t => {
		const {said} = await run(
			`- {hosts: compute, serial: ${serial}, tasks: [{debug: "a{{ inventory_hostname[3] }}"}, {debug: "b{{ inventory_hostname[3] }}"}]}`,
		);
		same(t, said, expected);
	});
}

for (const [order, expected] of [
	['inventory', ['kvm1', 'kvm2', 'kvm3']],
	['reverse_sorted', ['kvm3', 'kvm2', 'kvm1']],
	['reverse_inventory', ['kvm3', 'kvm2', 'kvm1']],
	['sorted', ['kvm1', 'kvm2', 'kvm3']],
	['shuffle', ['kvm3', 'kvm2', 'kvm1']],
] as const) {
	test(`order: ${order}`, async t => {
		let left = 3;
		const random = () => left-- / 10;
		const {said} = await run(
			`- {hosts: compute, order: ${order}, serial: 1, tasks: [{debug: "{{ inventory_hostname }}"}]}`,
			{
				input: {random},
			},
		);
		same(t, said, expected);
	});
}

for (const [percentage, expected] of [
	[0, ['bad']],
	[33, ['bad']],
	[34, ['bad', 'kvm2', 'kvm3']],
	[100, ['bad', 'kvm2', 'kvm3']],
] as const) {
	test(`max_fail_percentage: ${percentage} must be exceeded by one of three`, async t => {
		const {said} = await run(`
- hosts: compute
  max_fail_percentage: ${percentage}
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - debug: "{{ inventory_hostname }}"
`);
		same(t, said, expected);
	});
}

test('a batch of which all have failed ends the run, unless max_fail_percentage lets it', async t => {
	const text = (more: string) => `
- hosts: compute
  serial: 1
  ${more}
  tasks:
    - {fail: bad, when: inventory_hostname == 'kvm1'}
    - debug: "{{ inventory_hostname }}"
- hosts: compute
  tasks: [{debug: "next {{ inventory_hostname }}"}]
`;
	same(t, (await run(text(''))).said, ['bad']);
	const allowed = await run(text('max_fail_percentage: 100'));
	same(t, allowed.said, ['bad', 'kvm2', 'kvm3', 'next kvm2', 'next kvm3']);
});

test('any_errors_fatal stops all hosts after the task; always still runs, and rescue saves all', async t => {
	const fatal = await run(`
- hosts: compute
  any_errors_fatal: true
  tasks:
    - block:
        - {fail: bad, when: inventory_hostname == 'kvm1'}
        - debug: never
      always:
        - debug: "always {{ inventory_hostname }}"
    - debug: never
- hosts: compute
  tasks: [{debug: never}]
`);
	same(t, fatal.said, ['bad', 'always kvm1', 'always kvm2', 'always kvm3']);
	t.is(fatal.recap.exitCode, 3);
	const rescued = await run(`
- hosts: compute
  any_errors_fatal: true
  tasks:
    - block: [{fail: bad, when: inventory_hostname == 'kvm1'}, {debug: never}]
      rescue: [{debug: "rescue {{ inventory_hostname }}"}]
    - debug: after
`);
	same(t, rescued.said, ['bad', 'rescue kvm1', 'rescue kvm2', 'rescue kvm3', 'after', 'after', 'after']);
	t.is(rescued.recap.exitCode, 0);
});

test('run_once is done for the first host, and holds for all', async t => {
	const shell = new Echo();
	const {said} = await run(
		`
- hosts: compute
  tasks:
    - {command: echo once, run_once: true, register: r}
    - {set_fact: {f: "{{ inventory_hostname }}"}, run_once: true}
    - debug: "{{ r.stdout }} {{ f }}"
    - {fail: bad, run_once: true}
    - debug: never
`,
		{shell},
	);
	same(t, shell.ran, ['kvm1: echo once']);
	same(t, said, ['once kvm1', 'once kvm1', 'once kvm1', 'bad']);
});

test('throttle lets no more hosts than it says do a task at once, under each strategy', async t => {
	for (const strategy of ['linear', 'free', 'host_pinned']) {
		const shell = new Echo();
		await run(`- {hosts: compute, strategy: ${strategy}, tasks: [{command: say, throttle: 2}]}`, {
			shell,
		});
		t.is(shell.ran.length, 3);
		t.is(shell.most, 2, strategy);
	}
});

test('with the strategy free no host waits for another', async t => {
	const shell = new Echo();
	const inner = shell.run.bind(shell);
	let release: () => void = () => {};
	const others = new Promise<void>(resolve => {
		release = resolve;
	});
	shell.run = async (command, options) => {
		if (command.host === 'kvm1' && command.argv[0] === 'first') await others;
		if (command.host === 'kvm3' && command.argv[0] === 'second') release();
		return inner(command, options);
	};
	const {recap} = await run('- {hosts: compute, strategy: free, tasks: [{command: first}, {command: second}]}', {
		shell,
	});
	same(t, shell.ran.slice(-2), ['kvm1: first', 'kvm1: second']);
	t.is(recap.exitCode, 0);
});
