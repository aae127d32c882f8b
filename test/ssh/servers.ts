import {execFileSync} from 'node:child_process';
import {appendFileSync, readFileSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {connect as connectSocket, createServer, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {labShell} from '../../src/lab/enter.ts';
import type {LabHost} from '../../src/lab/layout.ts';
import {write} from '../../src/shell/command.ts';
import {demand} from '../../src/shell/demand.ts';
import {localShell} from '../../src/shell/local.ts';
import {endpointFromVars} from '../../src/ssh/endpoint.ts';
import {openSsh, type SshOptions, type SshShell} from '../../src/ssh/shell.ts';
import type {LabRig} from '../lab/rig.ts';

type Variables = Readonly<Record<string, unknown>>;

/** OpenSSH servers on the first host of a lab, each with its own keys and settings. */
export class Servers {
	readonly #rig: LabRig;

	constructor(rig: LabRig) {
		this.#rig = rig;
	}

	get host(): LabHost {
		return this.#rig.lab.machines[0] as LabHost;
	}

	/** The folder of the servers' files; on the host it is /etc/ssh-test. */
	get folder(): string {
		return join(this.host.root, 'etc/ssh-test');
	}

	get knownHosts(): string {
		return join(this.#rig.folder, 'known_hosts');
	}

	/** Starts a server. `HOSTKEY` in its settings is replaced by the path of its key. */
	async start(name: string, port: number, settings = '', type = 'ed25519', sign = (_key: string) => {}): Promise<void> {
		await mkdir(this.folder, {recursive: true});
		const inside = `/etc/ssh-test/${name}_host_key`;
		const own = join(this.folder, `${name}_host_key`);
		execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', own]);
		sign(own);
		const config = `Port ${port}\nHostKey ${inside}\nPidFile none\nUsePAM no\n${settings.replaceAll('HOSTKEY', inside)}\n`;
		await writeFile(join(this.folder, `${name}_config`), config);
		await this.inside('/usr/sbin/sshd', '-f', `/etc/ssh-test/${name}_config`);
		// It forks into the background before it listens.
		while (!(await listens(port, this.host.address))) await wait(20);
	}

	/** Runs a command on the host, without SSH. */
	async inside(program: string, ...args: readonly string[]): Promise<string> {
		return (await demand(labShell(this.#rig.lab), write(this.host.name, [program, ...args]))).stdout;
	}

	/** Makes a key of a user in the folder of the lab, and returns its path. */
	makeKey(name: string, passphrase = ''): string {
		const key = join(this.#rig.folder, name);
		execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', key]);
		return key;
	}

	/** The public key of a server, in the format of known_hosts. */
	hostKey(name: string): string {
		return readFileSync(join(this.folder, `${name}_host_key.pub`), 'utf8')
			.split(' ')
			.slice(0, 2)
			.join(' ');
	}

	learn(name: string, port: number, address = this.host.address): void {
		appendFileSync(this.knownHosts, `[${address}]:${port} ${this.hostKey(name)}\n`);
	}

	async startKnown(name: string, port: number, settings = '', type = 'ed25519'): Promise<void> {
		await this.start(name, port, settings, type);
		this.learn(name, port);
	}

	/** A shell that reaches the server at a port under the name `host`. */
	shell(port: number, vars: Variables = {}, options: SshOptions = {}): SshShell {
		const endpoint = endpointFromVars('host', {
			ansible_host: this.host.address,
			ansible_port: port,
			ansible_user: 'root',
			ansible_ssh_private_key_file: this.#rig.lab.key,
			ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${this.knownHosts} -o ConnectTimeout=60`,
			...vars,
		});
		return openSsh(new Map([['host', endpoint]]), localShell(), options);
	}

	/** A proxy in front of a server that can be cut, held and delayed. */
	async cable(to: number): Promise<Cable> {
		const sockets: Socket[] = [];
		let delayMs = 0;
		const server = createServer(near => {
			const far = connectSocket(to, this.host.address);
			for (const [from, into] of [
				[near, far],
				[far, near],
			] as const) {
				sockets.push(from);
				from.on('error', () => {});
				from.on('data', chunk => {
					if (delayMs === 0) into.write(chunk);
					else setTimeout(() => into.write(chunk), delayMs);
				});
				from.on('close', () => into.destroy());
			}
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		const {port} = server.address() as {port: number};
		return {
			port,
			server,
			cut: () => sockets.splice(0).forEach(socket => void socket.destroy()),
			hold: () => sockets.forEach(socket => void socket.pause()),
			slow: milliseconds => {
				delayMs = milliseconds;
			},
		};
	}
}

function listens(port: number, address: string): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connectSocket(port, address, () => {
			socket.destroy();
			resolve(true);
		}).once('error', () => resolve(false));
	});
}

export type Cable = {
	readonly port: number;
	readonly server: Server;
	/** Closes all connections. */
	cut(): void;
	/** Drops all data silently. */
	hold(): void;
	/** Delays all data from now on. */
	slow(milliseconds: number): void;
};
