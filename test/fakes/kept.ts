import {createHash} from 'node:crypto';
import {dropKept, forgetKept, renameKept} from '../../src/files/kept/change.ts';
import {keptCopies} from '../../src/files/kept/list.ts';
import {readyKept, recordKept} from '../../src/files/kept/record.ts';
import {type Answer, ok, refuse} from './fake-virsh.ts';
import type {FakeFile, FakeWorld} from './world.ts';

const folder = '/var/lib/vacate/kept';
const image = {guest: '', name: '', target: '', path: '', to: ''};
const scripts = {
	record: recordKept('', image).argv[2],
	rename: renameKept('', '', '', '').argv[2],
	drop: dropKept('', '', '').argv[2],
	forget: forgetKept('', '', '').argv[2],
	list: keptCopies('').argv[2],
	ready: readyKept('').argv[2],
};

/** Answers the scripts that keep records of kept copies; undefined for any other. */
export function keptScript(world: FakeWorld, host: string, argv: readonly string[]): Answer | undefined {
	const [, , script, , first = '', second = '', third = ''] = argv;
	const {files} = world.host(host);
	switch (script) {
		case scripts.record:
			if (files.has(first))
				put(world, host, first, `${second}\nrun test\nleft 1700000000${third && `\nkeep-until ${third}`}`);
			return ok();
		case scripts.rename:
			return rename(world, host, first, second, third);
		case scripts.drop:
			if (files.has(second) && !belongs(files, first, second)) return ok();
			if (files.has(second) && !fits(files, second)) return refuse(`${second} is not the copy that was recorded`);
			world.remove(host, second);
			world.remove(host, recordOf(second));
			return ok();
		case scripts.forget:
			if (belongs(files, first, second)) world.remove(host, recordOf(second));
			return ok();
		case scripts.ready:
			return ok();
		case scripts.list:
			return ok(
				`clock 1700000000\n${[...files].flatMap(([path, {data}]) => listed(world, host, path, data)).join('')}`,
			);
		default:
			return undefined;
	}
}

/** A kept copy with its record, as an earlier run has left it. */
export function keepCopy(
	world: FakeWorld,
	host: string,
	guest: {readonly uuid: string; readonly name: string},
	path: string,
): void {
	world.put(host, path, {format: 'qcow2', virtualBytes: 64 * 1024 * 1024, data: 'old'});
	put(
		world,
		host,
		path,
		`vacate-kept-copy 1\nguest ${guest.uuid}\nname ${guest.name}\ntarget vda\npath ${path}\nto kvm1\nrun r1\nleft 1600000000`,
	);
}

type Files = ReadonlyMap<string, FakeFile>;

function recordOf(path: string): string {
	const digest = createHash('sha256').update(path).digest('hex').slice(0, 24);
	return `${folder}/${digest}-${path.replace(/^.*\//, '').replace(/[^A-Za-z0-9._-]/g, '_')}`;
}

function put(world: FakeWorld, host: string, path: string, head: string): void {
	const data = `${head}\ndevice 1\nstamp ${stampOf(world.host(host).files, path)}\nblocks 8 512`;
	world.put(host, recordOf(path), {format: 'text', virtualBytes: 0, data});
}

function stampOf(files: Files, path: string): string {
	const file = files.get(path);
	return file === undefined ? '' : `${file.inode}:1700000000 ${file.virtualBytes} 1 1`;
}

function fits(files: Files, path: string): boolean {
	return files.get(recordOf(path))?.data.includes(`stamp ${stampOf(files, path)}\n`) === true;
}

function belongs(files: Files, guest: string, path: string): boolean {
	return files.get(recordOf(path))?.data.includes(`\nguest ${guest}\n`) === true;
}

function rename(world: FakeWorld, host: string, uuid: string, from: string, to: string): Answer {
	const {files} = world.host(host);
	const file = files.get(from);
	if (file === undefined) return ok();
	if (!belongs(files, uuid, from) || !fits(files, from)) return refuse(`${from} is not the copy that was recorded`);
	if (files.has(to)) return refuse(`${to} exists`);
	const record = files.get(recordOf(from));
	files.delete(from);
	files.delete(recordOf(from));
	files.set(to, file);
	if (record !== undefined) files.set(recordOf(to), {...record, data: record.data.replace(/^path .*$/m, `path ${to}`)});
	return ok();
}

function listed(world: FakeWorld, host: string, record: string, data: string): readonly string[] {
	const {files} = world.host(host);
	if (!record.startsWith(folder)) return [];
	const path = /^path (.*)$/m.exec(data)?.[1] ?? '';
	const file = files.get(path);
	const found =
		file === undefined
			? ''
			: `1:${file.inode}:1700000000 ${file.virtualBytes} 1 1 ${linksOf(world, host, file)} regular file`;
	return [`${data}\nfound ${found}\n`];
}

/** How many names a file has, without symbolic links. */
export function linksOf(world: FakeWorld, host: string, file: FakeFile): number {
	return [...world.host(host).files].filter(([path, other]) => other === file && !world.symlinks.has(`${host} ${path}`))
		.length;
}
