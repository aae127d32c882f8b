import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';

/** Addresses of this machine that stand for hosts. */
export function addresses(count: number): readonly string[] {
	return Array.from({length: count}, (_, index) => `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`);
}

/**
 * Makes one ssh server that answers at every loopback address, for a user whose shell is /bin/sh. Only for a process in
 * namespaces of its own: it mounts over /etc/passwd.
 */
export async function prepare(folder: string): Promise<void> {
	const home = join(folder, 'home');
	const ssh = join(home, '.ssh');
	mkdirSync(ssh, {recursive: true, mode: 0o700});
	const hostKey = join(folder, 'host_key');
	const userKey = join(ssh, 'id_ed25519');
	for (const file of [hostKey, userKey]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
	writeFileSync(join(ssh, 'authorized_keys'), readFileSync(`${userKey}.pub`), {mode: 0o600});
	const [type, key] = readFileSync(`${hostKey}.pub`, 'utf8').split(' ');
	writeFileSync(
		join(ssh, 'known_hosts'),
		addresses(500)
			.map(address => `${address} ${type} ${key}\n`)
			.join(''),
	);
	writeFileSync(join(folder, 'passwd'), passwd(home));
	execFileSync('mount', ['--bind', join(folder, 'passwd'), '/etc/passwd']);
	execFileSync('ip', ['link', 'set', 'lo', 'up']);
	mkdirSync('/run/sshd', {recursive: true});
	const config = join(folder, 'sshd_config');
	writeFileSync(
		config,
		`ListenAddress 0.0.0.0\nHostKey ${hostKey}\nPidFile none\nUsePAM no\nMaxStartups 1000\nMaxSessions 100\n`,
	);
	spawn('/usr/sbin/sshd', ['-D', '-f', config], {stdio: 'ignore'}).unref();
	for (let attempt = 0; !(await answers()); attempt++) {
		if (attempt === 100) throw new Error('the ssh server does not start');
		await wait(20);
	}
}

function passwd(home: string): string {
	return readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.map(line => (line.startsWith('root:') ? `root:x:0:0:root:${home}:/bin/sh` : line))
		.join('\n');
}

function answers(): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect(22, '127.0.1.1', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});
}

/** Is a program there? */
export function has(program: string): boolean {
	return existsSync(join('/usr/bin', program));
}
