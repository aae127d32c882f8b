import {userInfo} from 'node:os';
import test from 'ava';
import {read} from '../../src/shell/command.ts';
import {asOtherUser, becomeFor} from '../../src/ssh/become.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';

const command = (becomeUser?: string | null) => ({
	...read('host', ['id', '-un']),
	...(becomeUser === undefined ? {} : {becomeUser}),
});

for (const [title, becomeUser, vars, expected] of [
	['nothing said', undefined, {}, undefined],
	['the host says so', undefined, {ansible_become: true, ansible_user: 'admin'}, 'root'],
	['the command says so', 'libvirt', {ansible_user: 'admin'}, 'libvirt'],
	['the command says no', null, {ansible_become: true, ansible_user: 'admin'}, undefined],
	['nobody becomes who they are', 'admin', {ansible_user: 'admin'}, undefined],
	['nor who runs the program', userInfo().username, {}, undefined],
] as const) {
	test(`who runs a command: ${title}`, t => {
		t.is(becomeFor(command(becomeUser), endpointFromVars('host', vars))?.user, expected);
	});
}

test('the sudo password is known even if only a command uses it', t => {
	const endpoint = endpointFromVars('host', {ansible_user: 'admin', ansible_become_password: 'x'});
	t.is(becomeFor(command('root'), endpoint)?.password?.reveal(), 'x');
});

test('on this machine sudo switches to another user and keeps the environment', t => {
	const changed = asOtherUser({...command(), environment: {A: 'b'}}, {user: 'nobody'});
	t.deepEqual([...changed.argv], ['sudo', '-n', '-H', '-u', 'nobody', '--', 'env', 'A=b', 'id', '-un']);
});
