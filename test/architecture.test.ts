import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import test from 'ava';

/** What each folder of `src/` may import beside itself: the table of docs/architecture.md. `type` means types only. */
const table: Readonly<Record<string, readonly string[]>> = {
	'errors.ts': [],
	spelling: [],
	units: ['errors.ts'],
	yaml: ['errors.ts'],
	shell: ['errors.ts'],
	files: ['shell', 'errors.ts'],
	virsh: ['shell', 'errors.ts'],
	'qemu-img': ['shell', 'errors.ts'],
	watchdog: [],
	template: ['yaml', 'shell', 'spelling', 'watchdog', 'errors.ts'],
	vault: ['shell', 'errors.ts'],
	inventory: ['template', 'yaml', 'vault', 'shell', 'spelling', 'errors.ts'],
	placement: [],
	schedule: ['placement'],
	preflight: ['placement', 'shell', 'virsh type'],
	survey: ['shell', 'virsh', 'errors.ts'],
	facts: ['survey', 'locks', 'shell', 'files', 'virsh', 'qemu-img', 'errors.ts'],
	steps: [
		'placement',
		'schedule',
		'preflight',
		'survey type',
		'shell',
		'files',
		'virsh',
		'qemu-img',
		'facts type',
		'units',
		'spelling',
		'errors.ts',
	],
	playbook: ['steps', 'template', 'inventory', 'vault', 'yaml', 'shell', 'units', 'spelling', 'errors.ts'],
	plan: [
		'units',
		'playbook',
		'inventory',
		'steps',
		'facts type',
		'virsh',
		'schedule',
		'template',
		'spelling',
		'errors.ts',
	],
	engine: ['plan', 'playbook', 'inventory type', 'steps type', 'facts', 'template', 'shell', 'errors.ts'],
	journal: ['engine type', 'shell', 'errors.ts'],
	ssh: ['shell', 'spelling', 'errors.ts'],
	locks: ['shell', 'errors.ts'],
	views: ['engine type', 'plan type', 'steps type', 'lab type', 'inventory type', 'yaml', 'shell', 'errors.ts'],
	lab: ['shell', 'virsh', 'errors.ts'],
};

/** Libraries, and the one folder that may use each. */
const owners: Readonly<Record<string, string>> = {
	'node-ssh': 'ssh',
	ssh2: 'ssh',
	listr2: 'views',
	'js-yaml': 'yaml',
	'@11ty/nunjucks': 'template',
	'@xmldom/xmldom': 'virsh',
	commander: 'cli',
};

type Import = {readonly file: string; readonly to: string; readonly typeOnly: boolean};

const root = new URL('../../src', import.meta.url).pathname;

const imports: readonly Import[] = readdirSync(root, {recursive: true})
	.map(String)
	.filter(file => /\.ts$/.test(file) && !file.endsWith('.d.ts'))
	.flatMap(file => {
		const text = readFileSync(join(root, file), 'utf8');
		const found = [...text.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';$|import\('([^']+)'\)/gms)];
		return found.map(([whole, type, from, dynamic]) => ({
			file,
			to: from ?? dynamic ?? '',
			typeOnly: type !== undefined || /^import \{(\s*type [^,}]+,?\s*)+\}/.test(whole),
		}));
	});

test('each folder imports only what the table allows', t => {
	const wrong = imports
		.filter(({to}) => to.startsWith('.'))
		.map(one => ({...one, from: roomOf(one.file), into: roomOf(normalize(join(dirname(one.file), one.to)))}))
		.filter(({from, into}) => from !== into && from !== 'cli')
		.filter(({from, into, typeOnly}) => {
			const allowed = table[from] ?? [];
			return !(allowed.includes(into) || (typeOnly && allowed.includes(`${into} type`)));
		});
	t.deepEqual(
		wrong.map(({file, to, typeOnly}) => `${file} imports ${typeOnly ? 'types of ' : ''}${to}`),
		[],
	);
});

test('every folder is in the table', t => {
	const rooms = readdirSync(root).filter(room => room !== 'cli');
	t.deepEqual(
		rooms.filter(room => !Object.hasOwn(table, room)),
		[],
	);
	t.deepEqual(
		Object.keys(table).filter(room => !rooms.includes(room)),
		[],
	);
});

test('each library is used by its folder only', t => {
	const wrong = imports.filter(({file, to}) => {
		const owner =
			owners[
				to
					.split('/')
					.slice(0, to.startsWith('@') ? 2 : 1)
					.join('/')
			];
		return owner !== undefined && roomOf(file) !== owner;
	});
	t.deepEqual(wrong, []);
});

test('plans, steps, templates and builders are pure: they use no module of Node', t => {
	const pure = [
		'placement',
		'schedule',
		'preflight',
		'plan',
		'steps',
		'template',
		'units',
		'spelling',
		'virsh',
		'qemu-img',
		'files',
		'survey',
	];
	t.deepEqual(
		imports.filter(({file, to}) => pure.includes(roomOf(file)) && to.startsWith('node:')),
		[],
	);
});

function roomOf(file: string): string {
	return file.split('/')[0] ?? file;
}
