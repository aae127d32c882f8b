import test from 'ava';
import {InputError} from '../../src/errors.ts';
import {connectionProblems, connectionVarsOf} from '../../src/plan/connection-vars.ts';
import {inventoryOf} from '../fakes/inventory.ts';
import {playbookOf} from './planner.ts';

const inventory = inventoryOf(`all:
  hosts:
    kvm1: {ansible_user: inventory, ansible_ssh_private_key_file: "{{ groups.all[0] }}.key"}
    kvm2: {ansible_host: "{{ nowhere }}"}
`);

function varsOf(host: string, text: string, given: Readonly<Record<string, unknown>> = {}) {
	return connectionVarsOf(host, {inventory, given, playbook: playbookOf(text), names: {}});
}

const play = '- {hosts: kvm1, vars: {ansible_port: 2222, ansible_user: play}, tasks: []}';

test('the connection of a host is selected by the command line, its plays and the inventory, in this order', t => {
	t.deepEqual(varsOf('kvm1', '- {hosts: kvm1, tasks: []}'), {
		ansible_user: 'inventory',
		ansible_ssh_private_key_file: 'kvm1.key',
	});
	t.like(varsOf('kvm1', play), {ansible_port: 2222, ansible_user: 'play'});
	t.like(varsOf('kvm1', play, {ansible_user: 'given', ansible_connection: 'local'}), {
		ansible_user: 'given',
		ansible_connection: 'local',
	});
});

test('plays that contradict one another are an error, as is a name without a value', t => {
	const contradiction = t.throws(() => varsOf('kvm1', `${play}\n- {hosts: kvm1, tasks: []}`), {instanceOf: InputError});
	t.is(contradiction.message, 'another play sets ansible_user differently for kvm1');
	const missing = t.throws(() => varsOf('kvm2', '- {hosts: kvm2, tasks: []}'), {instanceOf: InputError});
	t.is(missing.message, "connection of kvm2: 'nowhere' is undefined");
	t.is(missing.problems[0]?.position?.line, 4);
});

test('a task cannot change the connection, except to this machine', t => {
	const problems = connectionProblems(
		playbookOf(`- hosts: kvm1
  tasks:
    - {debug: a, vars: {ansible_user: me}}
    - {set_fact: {ansible_host: b}}
    - {command: c, vars: {ansible_connection: local, ansible_become: true}}
`),
	);
	t.deepEqual(
		problems.map(({message, position}) => `${position?.line}: ${message}`),
		[
			'3: a task cannot set ansible_user: a host has one connection for the whole run',
			'4: a task cannot set ansible_host: a host has one connection for the whole run',
		],
	);
});
