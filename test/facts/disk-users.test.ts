import {spawnSync} from 'node:child_process';
import {copyFile, link, mkdir, mkdtemp, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {readDiskUsers} from '../../src/facts/read-disk-users.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {storageInXml} from '../../src/virsh/definition/paths-in-xml.ts';

const uuid = '00000000-0000-4000-8000-000000000001';

type Scene = {
	readonly running: string;
	readonly stored?: string;
	/** What `vol-path` answers. */
	readonly volume?: string;
	/** What lies below an image, as `qemu-img info` tells; it fails where this is null. */
	readonly below?: readonly string[] | null;
};

/** A host of one guest: real files and a real `stat`, and the answers of virsh and of qemu-img. */
function host({running, stored = running, volume = '', below = []}: Scene): Shell {
	const domain = (devices: string) =>
		`<domain><name>clone</name><uuid>${uuid}</uuid><devices>${devices}</devices></domain>`;
	const separator = /echo --str '\n(.*)\n'/.exec.bind(/echo --str '\n(.*)\n'/);
	const answer = (command: string): string => {
		if (command.startsWith('domstats')) return "Domain: 'clone'\n  state.state=1\n  state.reason=1\n";
		if (command.startsWith('list --all --uuid --name')) return `${uuid} clone\n`;
		if (command.startsWith('list ')) return `${uuid}\n`;
		if (command.startsWith('vol-path')) return volume;
		return domain(command.includes('--inactive') ? stored : running);
	};
	return {
		async run({argv}: Command): Promise<Outcome> {
			const [program, ...args] = argv;
			const done = {end: 'exited' as const, code: 0, durationMs: 1, stderr: ''};
			if (program === 'virsh') {
				const script = args.at(-1) ?? '';
				const [whole = '', mark] = separator(script) ?? [];
				const commands = script.split(`; ${whole}`).map(part => part.replace(/^; /, ''));
				return {
					...done,
					stdout: commands
						.slice(0, -1)
						.map(one => `${answer(one)}\n${mark}\n`)
						.join(''),
				};
			}
			if (program === 'qemu-img') {
				if (below === null) return {...done, code: 1, stdout: ''};
				const chain = [args.at(-1), ...below].map(filename => ({filename, format: 'qcow2', 'virtual-size': 1}));
				return {...done, stdout: JSON.stringify(chain)};
			}
			const {stdout, stderr, status} = spawnSync(program, args, {encoding: 'utf8', env: {...process.env, LC_ALL: 'C'}});
			return {...done, code: status ?? 1, stdout, stderr};
		},
		async close() {},
	};
}

async function folder(): Promise<string> {
	const made = await mkdtemp(join(tmpdir(), 'disk-users-'));
	await mkdir(join(made, 'images'));
	await mkdir(join(made, 'other'));
	await writeFile(join(made, 'images/base.qcow2'), 'base');
	await copyFile(join(made, 'images/base.qcow2'), join(made, 'images/own.qcow2'));
	await symlink(join(made, 'images'), join(made, 'linked'));
	await symlink(join(made, 'images/base.qcow2'), join(made, 'other/soft'));
	await link(join(made, 'images/base.qcow2'), join(made, 'other/hard'));
	return made;
}

const disk = (file: string, more = '') =>
	`<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${file}'/><target dev='vda'/>${more}</disk>`;

const uses: readonly (readonly [string, (root: string) => Scene])[] = [
	['its path', root => ({running: disk(`${root}/images/base.qcow2`)})],
	['a path through a folder that is a symbolic link', root => ({running: disk(`${root}/linked/base.qcow2`)})],
	['a path with ..', root => ({running: disk(`${root}/other/../images//base.qcow2`)})],
	['a symbolic link', root => ({running: disk(`${root}/other/soft`)})],
	['a hard link', root => ({running: disk(`${root}/other/hard`)})],
	['a read-only disk', root => ({running: disk(`${root}/linked/base.qcow2`, '<readonly/>')})],
	[
		'a CD-ROM',
		root => ({
			running: `<disk type='file' device='cdrom'><source file='${root}/other/soft'/><target dev='sda'/></disk>`,
		}),
	],
	[
		'a volume of a pool',
		root => ({
			running:
				"<disk type='volume' device='disk'><source pool='default' volume='a b.qcow2'/><target dev='vda'/></disk>",
			volume: `${root}/linked/base.qcow2`,
		}),
	],
	['the stored definition alone', root => ({running: '', stored: disk(`${root}/images/base.qcow2`)})],
	['the running definition alone', root => ({running: disk(`${root}/images/base.qcow2`), stored: ''})],
	[
		'a layer below its image',
		root => ({running: disk(`${root}/images/own.qcow2`), below: [`${root}/linked/base.qcow2`]}),
	],
	[
		'a layer that the definition names',
		root => ({
			running: disk(
				`${root}/images/own.qcow2`,
				`<backingStore type='file'><format type='raw'/><source file='${root}/other/hard'/></backingStore>`,
			),
		}),
	],
	[
		'a copy that is being made',
		root => ({
			running: disk(`${root}/images/own.qcow2`, `<mirror type='file'><source file='${root}/other/soft'/></mirror>`),
		}),
	],
	['the variables of its firmware', root => ({running: `<nvram>\n ${root}/other/hard\n</nvram>`})],
	[
		'an argument for QEMU',
		root => ({running: `<qemu:arg value='file=${root}/images/base.qcow2,format=qcow2' xmlns:qemu='q'/>`}),
	],
];

for (const [title, scene] of uses) {
	test(`an image is found in use by ${title}`, async t => {
		const root = await folder();
		try {
			const {ino, dev} = await stat(join(root, 'images/base.qcow2'));
			const {uses: found, unresolved} = await readDiskUsers(host(scene(root)), {host: 'kvm1'});
			t.deepEqual(unresolved, []);
			t.true(found.some(({identity, guest}) => identity.startsWith(`${dev}:${ino}:`) && guest === 'clone'));
		} finally {
			await rm(root, {recursive: true});
		}
	});
}

test('an image that no definition leads to is not in use', async t => {
	const root = await folder();
	const {ino} = await stat(join(root, 'images/base.qcow2'));
	const {uses: found} = await readDiskUsers(host({running: disk(`${root}/images/own.qcow2`)}), {host: 'kvm1'});
	await rm(root, {recursive: true});
	t.is(found.length, 2, 'by the running definition and by the stored one');
	t.false(found.some(({identity}) => identity.includes(`:${ino}:`)));
});

const doubts: readonly (readonly [string, (root: string) => Scene, RegExp])[] = [
	[
		'a volume of a pool that is not active',
		() => ({running: "<disk type='volume'><source pool='nfs' volume='a'/></disk>"}),
		/the volume nfs\/a/,
	],
	[
		'a chain that cannot be read',
		root => ({running: disk(`${root}/images/own.qcow2`), below: null}),
		/the backing chain of .*own\.qcow2/,
	],
];

for (const [title, scene, says] of doubts) {
	test(`what cannot be looked at is said: ${title}`, async t => {
		const root = await folder();
		const {unresolved} = await readDiskUsers(host(scene(root)), {host: 'kvm1'});
		await rm(root, {recursive: true});
		t.is(unresolved[0]?.guest, 'clone');
		t.regex(unresolved[0]?.what ?? '', says);
	});
}

test('a text that no file can be named by is passed over', t => {
	const long = `/${'a'.repeat(256)}`;
	t.deepEqual(storageInXml(`<domain><description>${long}</description><title>/a</title></domain>`).paths, ['/a']);
});

test('a definition that exceeds the limits leaves the files of its guest unknown', async t => {
	const {unresolved} = await readDiskUsers(host({running: '<a>'.repeat(100) + '</a>'.repeat(100)}), {host: 'kvm1'});
	const what = 'its definition: the XML of the host has elements nested 65 deep; the maximum is 64';
	t.deepEqual(unresolved, [
		{guest: 'clone', what},
		{guest: 'clone', what},
	]);
});
