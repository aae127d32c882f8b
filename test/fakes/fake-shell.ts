import {claim, dropIdentified, dropMarked} from '../../src/files/claim.ts';
import {content, dropUnchanged, put} from '../../src/files/content.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {type Answer, fakeVirsh, ok, refuse} from './fake-virsh.ts';
import type {FakeWorld} from './world.ts';

/** A shell whose hosts are a world in memory. It keeps what it ran, and throws on what it does not know. */
export class FakeShell implements Shell {
	readonly ran: Command[] = [];
	readonly broken: string[] = [];

	constructor(readonly world: FakeWorld) {}

	async run(command: Command): Promise<Outcome> {
		this.ran.push(command);
		const answer = execute(this.world, command);
		this.check();
		return {end: 'exited', durationMs: 1, ...answer};
	}

	async close(): Promise<void> {}

	/** Holds the laws to the world after each command. */
	check(): void {
		this.broken.push(...this.world.violations());
	}

	writes(): readonly Command[] {
		return this.ran.filter(({effect}) => effect === 'write');
	}
}

function execute(world: FakeWorld, {host, argv, stdin}: Command): Answer {
	const {files} = world.host(host);
	const [program, ...args] = argv;
	switch (program) {
		case 'virsh': {
			const start = args.findIndex(
				(word, index) => index > 0 && !word.startsWith('--') && !(args[index - 1] ?? '').startsWith('--'),
			);
			return fakeVirsh(world, host, args.slice(start));
		}
		case 'qemu-img':
			return qemuImg(world, host, args);
		case 'stat':
			return stat(world, host, args.at(-1) ?? '');
		case 'rm':
			files.delete(args.at(-1) ?? '');
			return ok();
		case 'sh':
			return script(world, host, argv, stdin);
		case 'cat':
			return ok(`${world.host(host).boots}\n`);
		case 'systemctl':
			world.host(host).boots += 1;
			for (const domain of world.host(host).domains.values()) domain.state = 'shut off';
			return ok();
		case 'true':
			return ok('done\n');
		case '/bin/sh':
			if (args.join(' ') === '-c true') return ok('done\n');
			throw new Error(`the fake shell does not know ${argv.join(' ')}`);
		case 'test':
			return files.has(args.at(-1) ?? '') ? ok() : refuse('');
		default:
			throw new Error(`the fake shell does not know ${argv.join(' ')}`);
	}
}

/** Knows the project’s own scripts, by building them again. */
function script(world: FakeWorld, host: string, argv: readonly string[], stdin: Command['stdin']): Answer {
	const {files} = world.host(host);
	const [path = '', proof = ''] = argv.slice(-2);
	const same = (command: Command) => JSON.stringify(command.argv) === JSON.stringify(argv);
	if (same(claim(host, path, proof))) {
		const file = files.get(path);
		if (file === undefined || files.has(proof)) return refuse(`ln: failed to create hard link '${proof}': File exists`);
		files.set(proof, file);
		return stat(world, host, proof);
	}
	if (same(dropMarked(host, proof, path))) {
		if (files.get(path) !== undefined && files.get(path) === files.get(proof)) files.delete(path);
		files.delete(proof);
		return ok();
	}
	if (same(dropIdentified(host, proof, path))) {
		if (`1:${files.get(path)?.inode}:1700000000` === proof) files.delete(path);
		return ok();
	}
	const [, , , , named = '', mark = '', mode = ''] = argv;
	if (same(content(host, named))) {
		const file = files.get(named);
		return ok(file === undefined ? 'absent\n' : `file 644\n${Buffer.from(file.data).toString('base64')}`);
	}
	const text = Buffer.from(String(stdin), 'base64').toString('utf8');
	if (same(put(host, named, '', mark, mode))) {
		files.set(named, {inode: world.nextInode(), format: 'text', virtualBytes: 0, data: text});
		return ok();
	}
	if (same(dropUnchanged(host, named, ''))) {
		if (files.get(named)?.data === text) files.delete(named);
		return ok();
	}
	throw new Error(`the fake shell does not know this script: ${argv.join(' ')}`);
}

function stat(world: FakeWorld, host: string, path: string): Answer {
	const file = world.host(host).files.get(path);
	if (file === undefined) return refuse(`stat: cannot statx '${path}': No such file or directory`);
	return ok(`1:${file.inode}:1700000000 ${file.virtualBytes} regular file\n`);
}

function qemuImg(world: FakeWorld, host: string, args: readonly string[]): Answer {
	const {files} = world.host(host);
	const [sub] = args;
	const words = args.slice(args.indexOf('--') + 1);
	if (sub === 'create') {
		const [path = '', size] = words;
		const format = args[args.indexOf('-f') + 1] ?? 'raw';
		files.set(path, {inode: world.nextInode(), format, virtualBytes: Number(size), data: ''});
		return ok();
	}
	const [path = '', other = ''] = words;
	const file = files.get(path);
	if (file === undefined) return refuse(`qemu-img: Could not open '${path}'`);
	switch (sub) {
		case 'convert': {
			const format = args[args.indexOf('-O') + 1] ?? 'raw';
			files.set(other, {...file, inode: world.nextInode(), format});
			return ok();
		}
		case 'resize':
			files.set(path, {...file, virtualBytes: Number(other)});
			return ok();
		case 'check':
			return ok('{"check-errors": 0}');
		case 'compare':
			return files.get(other)?.data === file.data ? ok('Images are identical.\n') : refuse('Images differ.\n');
	}
	if (sub !== 'info') throw new Error(`the fake qemu-img does not know ${args.join(' ')}`);
	const {format, virtualBytes} = file;
	const info = {filename: path, format, 'virtual-size': virtualBytes, 'actual-size': 4096, 'cluster-size': 65536};
	return ok(JSON.stringify([{...info, 'format-specific': {data: {compat: '1.1'}}}]));
}
