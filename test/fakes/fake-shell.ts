import {createHash} from 'node:crypto';
import {surveyCertificates} from '../../src/capabilities/certificates.ts';
import {readSystemCapabilities} from '../../src/capabilities/system.ts';
import {claim, dropIdentified, dropMarked} from '../../src/files/claim.ts';
import {content, dropUnchanged, put} from '../../src/files/content.ts';
import {folder} from '../../src/files/folder.ts';
import {writeProbe} from '../../src/files/probe.ts';
import {stats} from '../../src/files/stat.ts';
import {lookAtLock} from '../../src/locks/look.ts';
import {stopServing} from '../../src/qemu-img/stream.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {cordonPath, endPass, installCordon, liftCordon, passCordon} from '../../src/virsh/cordon.ts';
import {rewriteXml} from '../../src/virsh/definition/rewrite-xml.ts';
import {migrationLog} from '../../src/virsh/migration/migration-log.ts';
import {qemuConf} from '../../src/virsh/migration/qemu-conf.ts';
import {wholeTlsFolder} from './certificates.ts';
import {type Answer, fakeVirsh, ok, refuse} from './fake-virsh.ts';
import {keptScript, linksOf} from './kept.ts';
import type {FakeFile, FakeWorld} from './world.ts';

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
		case 'qemu-nbd':
			return qemuNbd(world, host, args);
		case 'stat':
			return args.includes('--dereference')
				? stat(world, host, args.at(-1) ?? '')
				: lstat(world, host, args.at(-1) ?? '');
		case 'rm':
			for (const path of args.slice(args.indexOf('--') + 1)) world.remove(host, path);
			return ok();
		case 'od':
			return ok(files.get(args.at(-1) ?? '')?.content === 'qcow2' ? ' 51 46 49 fb 00 00 00 03\n' : ' 00 00\n');
		case 'ip':
			return ok('2: eth0    inet 192.0.2.1/24 scope global eth0\n');
		case 'ss':
			return ok([...world.exports.keys()].map(uri => `LISTEN 0 1 0.0.0.0:${new URL(uri).port} 0.0.0.0:*\n`).join(''));
		case 'dd':
			return createExclusively(world, host, args);
		case 'truncate':
			return truncate(world, host, args);
		case 'sha256sum':
			return ok(
				`${createHash('sha256')
					.update(files.get(args.at(-1) ?? '')?.data ?? '')
					.digest('hex')} *file\n`,
			);
		case 'sh':
			return script(world, host, argv, stdin);
		case 'cat':
			return ok(`${world.host(host).boots}\n`);
		case 'systemctl':
			world.host(host).boots += 1;
			for (const domain of world.host(host).domains.values()) domain.state = 'shut off';
			return ok();
		case 'pkill':
			return {...ok(), code: 1};
		case 'pgrep': {
			const uuid = /-uuid (\S+)$/.exec(args.at(-1) ?? '')?.[1];
			return {...ok(), code: world.hasProcess(host, uuid ?? '') ? 0 : 1};
		}
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
	if (argv.some(word => word.includes('echo listening'))) return ok('49152 49153 listening\n');
	if (argv.some(word => word.includes('getent ahosts'))) {
		return ok('known\nport 49152 0 \nport 49153 0 \nown uuid-here\nthere uuid-there\n');
	}
	const kept = keptScript(world, host, argv);
	if (kept !== undefined) return kept;
	const {files} = world.host(host);
	const [, , text, , ...given] = argv;
	const [path = '', proof = '', mode = '', owner = ''] = given;
	const same = (command: Command) => JSON.stringify(command.argv) === JSON.stringify(argv);
	if (same(claim(host, path, proof)) || same(claim(host, path, proof, {mode, owner}))) {
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
	if (text === migrationLog(host, '', 0).argv[2]) return ok('end\n');
	if (same(folder(host, path))) return ok('f00d 1000000 4096\nmode 711 root:root\n');
	if (same(qemuConf(host))) return ok(usualConf);
	if (same(lookAtLock(host))) return ok();
	if (same(surveyCertificates(host))) return ok(wholeTlsFolder);
	if (same(readSystemCapabilities(host))) {
		const cordoned = world.host(host).cordon?.split('\n') ?? [];
		return ok(quietSystem.replace('--- hooks ---\n', ['--- hooks ---', ...cordoned, ''].join('\n')));
	}
	const note = {owner: '', reason: '', id: path === cordonPath ? proof : '', seconds: Number(mode)};
	if (text === installCordon(host, note).argv[2]) {
		const [json = ''] = String(stdin).split('\n');
		const head = [json.replace(/^# /, ''), `id=${proof}`, 'since=1700000000', `until=${1_700_000_000 + Number(mode)}`];
		world.host(host).cordon = head.map(line => `cordon ${line}`).join('\n');
		return ok();
	}
	if (text === passCordon(host, '').argv[2]) {
		world.passes.add(`${host} ${proof}`);
		return ok();
	}
	if (text === endPass(host, '').argv[2]) {
		world.passes.delete(`${host} ${proof}`);
		return ok();
	}
	if (text === liftCordon(host).argv[2]) {
		const {cordon = ''} = world.host(host);
		if (proof === '' || cordon.includes(`id=${proof}\n`)) world.host(host).cordon = undefined;
		return ok();
	}
	if (same(stats(host, argv.slice(4)))) {
		const lines = argv.slice(4).map(one => {
			const found = stat(world, host, one);
			return found.code === 0 ? `found ${found.stdout}` : 'absent\n';
		});
		return ok(lines.join(''));
	}
	if (argv[2] === 'cat | "$@"') return fakeVirsh(world, host, argv.slice(8));
	if (same(stopServing(host, path))) {
		for (const [uri, served] of world.exports) if (served.path === files.get(path)?.data) world.exports.delete(uri);
		files.delete(path);
		return ok();
	}
	if (same(writeProbe(host, path, ''))) {
		if (files.has(path)) return refuse(`dd: failed to open '${path}': File exists`);
		world.put(host, path, {format: 'text', virtualBytes: 0, data: String(stdin)});
		return ok();
	}
	if (text === rewriteXml(host, '', {stored: ''}, []).argv[2]) {
		const [, live = '', stored = '', program = ''] = given;
		for (const file of [live, stored].filter(name => name !== '')) {
			world.put(host, file, {format: 'text', virtualBytes: 0, data: program});
		}
		return ok();
	}
	const [named = '', marked = '', fileMode = ''] = given;
	const mark = marked.replace(/^.*\.vacate-/, '');
	if (same(content(host, named))) {
		const file = files.get(named);
		return ok(file === undefined ? 'absent\n' : `file 644\n${Buffer.from(file.data).toString('base64')}`);
	}
	const sent = Buffer.from(String(stdin), 'base64').toString('utf8');
	if (same(put(host, named, '', mark, fileMode))) {
		files.set(named, {inode: world.nextInode(), format: 'text', virtualBytes: 0, data: sent});
		return ok();
	}
	if (same(dropUnchanged(host, named, ''))) {
		if (files.get(named)?.data === sent) files.delete(named);
		return ok();
	}
	throw new Error(`the fake shell does not know this script: ${argv.join(' ')}`);
}

/** A host on which nothing is amiss. */
const quietSystem = `
--- mounts ---
Avail Type Filesystem Mounted on
1099511627776 ext4 /dev/vda1 /

--- links ---
eth0 1500 1000

--- addresses ---
2: eth0    inet 192.0.2.1/24 scope global eth0

--- bridges ---

--- firmware ---

--- hooks ---

--- swtpm ---

--- sshd ---
maxsessions 10
maxstartups 10:30:100

--- clients ---
nclients_max        : 5000
nclients            : 1

--- starters ---

--- services ---

--- jobs ---

--- thin ---

--- programs ---

--- clock ---
1700000000000
`;

/** A host whose qemu.conf says nothing. */
const usualConf = `folder /etc/pki/qemu
file ca-cert.pem
file server-cert.pem
file server-key.pem
file client-cert.pem
file client-key.pem
`;

/** `dd if=/dev/null of=PATH conv=excl` */
function createExclusively(world: FakeWorld, host: string, args: readonly string[]): Answer {
	const path = args.find(word => word.startsWith('of='))?.slice('of='.length) ?? '';
	if (world.host(host).files.has(path)) return refuse(`dd: failed to open '${path}': File exists`);
	world.put(host, path, {format: 'raw', virtualBytes: 0, data: ''});
	return ok();
}

function truncate(world: FakeWorld, host: string, args: readonly string[]): Answer {
	const {files} = world.host(host);
	const path = args.at(-1) ?? '';
	const file = files.get(path);
	if (file === undefined) return refuse(`truncate: cannot open '${path}'`);
	const cut = {...file, virtualBytes: Number(/^--size=(\d+)$/.exec(args[0] ?? '')?.[1])};
	// All names of one file.
	for (const [name, same] of files) if (same === file) files.set(name, cut);
	return ok();
}

function stat(world: FakeWorld, host: string, path: string): Answer {
	if (path === cordonPath && world.host(host).cordon !== undefined) return ok('1:1:1 8 755 root:root regular file\n');
	const file = world.host(host).files.get(path);
	if (file === undefined) return refuse(`stat: cannot statx '${path}': No such file or directory`);
	return ok(`1:${file.inode}:1700000000 ${file.virtualBytes} 600 root:root regular file\n`);
}

/** The path itself. */
function lstat(world: FakeWorld, host: string, path: string): Answer {
	const {files} = world.host(host);
	const file = files.get(path);
	if (file === undefined) return refuse(`stat: cannot statx '${path}': No such file or directory`);
	const words = world.symlinks.has(`${host} ${path}`) ? 'symbolic link' : 'regular file';
	return ok(`1:${file.inode}:1700000000 8 512 ${linksOf(world, host, file)} ${words}\n`);
}

function qemuNbd(world: FakeWorld, host: string, args: readonly string[]): Answer {
	const path = args.at(-1) ?? '';
	const value = (name: string) => args[args.indexOf(`--${name}`) + 1] ?? '';
	const uri = `nbd://${host}:${value('port')}/${value('export-name')}`;
	if (!world.host(host).files.has(path)) return refuse(`Failed to blk_new_open '${path}'`);
	if ([...world.exports.keys()].some(other => new URL(other).host === new URL(uri).host)) {
		return refuse('Failed to find an available port: Address already in use');
	}
	world.exports.set(uri, {host, path});
	world.put(host, value('pid-file'), {format: 'text', virtualBytes: 0, data: path});
	return ok();
}

/** The file or the address that options of QEMU name. */
function plainName(word: string): string {
	const option = (name: string) => new RegExp(`(?:^|,)${name}=([^,]*)`).exec(word)?.[1];
	if (word.startsWith('driver=nbd,')) {
		return `nbd://${option('server.host')}:${option('server.port')}/${option('export')}`;
	}
	return option('file.filename') ?? word;
}

function qemuImg(world: FakeWorld, host: string, args: readonly string[]): Answer {
	const {files} = world.host(host);
	const [sub] = args;
	const words = args.slice(args.indexOf('--') + 1);
	const value = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
	const [path = '', size = ''] = words.map(plainName);
	const file = files.get(path);
	if (sub === 'create') {
		const backing = value('-b');
		if (backing !== undefined && !files.has(backing)) return refuse(`Could not open '${backing}'`);
		const image = {format: value('-f') ?? 'raw', virtualBytes: Math.ceil(Number(size) / 512) * 512, data: ''};
		world.put(host, path, {...image, ...(backing === undefined ? {} : {backing})});
		return ok();
	}
	if (file === undefined) return refuse(`qemu-img: Could not open '${path}'`);
	if (sub === 'info') return ok(JSON.stringify(chainOf(files, path)));
	if (sub === 'check') return ok('{"check-errors": 0}');
	if (sub === 'resize') {
		files.set(path, {...file, virtualBytes: Number(size)});
		return ok();
	}
	const served = world.exports.get(size);
	if (served === undefined && sub === 'convert') {
		files.set(size, {...file, inode: world.nextInode(), format: value('-O') ?? 'raw'});
		return ok();
	}
	const other = served === undefined ? files.get(size) : world.host(served.host).files.get(served.path);
	if (other === undefined) return refuse(`qemu-img: Could not open '${size}': Connection refused`);
	if (sub === 'compare') return other.data === file.data ? ok() : refuse('Content mismatch at offset 0!');
	if (sub !== 'convert') throw new Error(`the fake qemu-img does not know ${args.join(' ')}`);
	other.data = file.data;
	return ok('    (100.00/100%)\r');
}

function chainOf(files: ReadonlyMap<string, FakeFile>, path: string): readonly object[] {
	const file = files.get(path);
	if (file === undefined) return [];
	const {format, virtualBytes, backing, snapshots, bitmaps, dataBytes = 4096} = file;
	const info = {
		filename: path,
		format,
		'virtual-size': virtualBytes,
		'actual-size': dataBytes,
		'cluster-size': 65536,
		...(snapshots === undefined ? {} : {snapshots: snapshots.map(name => ({id: '1', name}))}),
		'format-specific': {
			data: {
				compat: '1.1',
				...(bitmaps === undefined ? {} : {bitmaps: bitmaps.map(name => ({flags: ['auto'], name}))}),
			},
		},
	};
	if (backing === undefined) return [info];
	return [{...info, 'full-backing-filename': backing, 'backing-filename': backing}, ...chainOf(files, backing)];
}
