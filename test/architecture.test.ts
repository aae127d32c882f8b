import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import test from 'ava';

/**
 * What each room of `src/` may import besides itself: the table of docs/architecture.md. `type` means types only. An inner
 * room has a line of its own; what stands at the root of a room with inner rooms is the room itself.
 */
const table: Readonly<Record<string, readonly string[]>> = {
	'errors.ts': [],
	'exit-code.ts': ['errors.ts'],
	glob: [],
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
	inventory: ['template', 'yaml', 'vault', 'shell', 'spelling', 'glob', 'errors.ts'],
	placement: ['glob'],
	schedule: ['placement'],
	preflight: ['placement', 'shell', 'virsh type'],
	capabilities: ['shell', 'virsh', 'errors.ts'],
	facts: ['capabilities', 'locks', 'shell', 'files', 'virsh', 'qemu-img', 'errors.ts'],
	steps: [
		'placement',
		'schedule',
		'preflight',
		'capabilities type',
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
		'glob',
		'errors.ts',
		'shell',
	],
	engine: [
		'spelling',
		'plan',
		'playbook',
		'inventory type',
		'steps type',
		'facts',
		'template',
		'shell',
		'errors.ts',
		'exit-code.ts',
	],
	approval: ['errors.ts'],
	store: ['engine type', 'approval', 'plan', 'steps', 'playbook', 'template', 'yaml', 'shell', 'errors.ts'],
	ssh: ['shell', 'spelling', 'glob', 'errors.ts'],
	locks: ['shell', 'errors.ts'],
	views: [
		'engine type',
		'approval type',
		'plan type',
		'steps type',
		'lab type',
		'inventory type',
		'yaml',
		'shell',
		'errors.ts',
	],
	lab: ['shell', 'virsh', 'facts', 'errors.ts'],
};

/**
 * What each inner room may import of its own room: `.` is the room's root, `index` the one file of it that names them
 * all.
 */
const innerRooms: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
	steps: {
		'.': ['ansible', 'virsh', 'qemu-img', 'migration', 'evacuation'],
		common: ['.'],
		kept: ['common', '.'],
		'qemu-img': ['common', '.'],
		virsh: ['migration', 'common', '.'],
		migration: ['kept', 'qemu-img', 'common', '.'],
		evacuation: ['kept', 'migration', 'common', '.'],
		ansible: ['common', '.'],
	},
	engine: {
		'.': ['play', 'action', 'recovery'],
		action: ['.'],
		recovery: ['action', '.'],
		play: ['action', 'recovery', '.'],
	},
	cli: {
		'.': ['commands', 'options', 'terminal'],
		terminal: ['.'],
		options: ['terminal', '.'],
		commands: ['options', 'terminal', '.'],
	},
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
	'ical.js': 'approval',
};

type Import = {readonly file: string; readonly to: string; readonly typeOnly: boolean};

const root = new URL('../../src', import.meta.url).pathname;

const files: readonly string[] = readdirSync(root, {recursive: true})
	.map(String)
	.filter(file => /\.ts$/.test(file) && !file.endsWith('.d.ts'))
	.sort();

const texts: ReadonlyMap<string, string> = new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]));

const imports: readonly Import[] = [...texts].flatMap(([file, text]) => {
	const found = [...text.matchAll(/^(?:import|export) (type )?(?:[^;']*?from )?'([^']+)';$|import\('([^']+)'\)/gms)];
	return found.map(([whole, type, from, dynamic]) => ({
		file,
		to: from ?? dynamic ?? '',
		typeOnly: type !== undefined || /^import \{(\s*type [^,}]+,?\s*)+\}/.test(whole),
	}));
});

/** Imports within `src/`, with the files that they name. */
const inner = imports
	.filter(({to}) => to.startsWith('.'))
	.map(one => ({...one, target: normalize(join(dirname(one.file), one.to))}));

test('each room imports only what the table allows', t => {
	const wrong = inner
		.map(one => ({...one, from: roomOf(one.file), into: roomOf(one.target)}))
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

test('each inner room imports only what the table of its room allows', t => {
	const wrong = inner.filter(({file, target}) => {
		const allowed = innerRooms[roomOf(file)];
		if (allowed === undefined || roomOf(file) !== roomOf(target)) return false;
		const [from, into] = [innerRoomOf(file), innerRoomOf(target)];
		return from !== into && !(allowed[from] ?? []).includes(into);
	});
	t.deepEqual(
		wrong.map(({file, to}) => `${file} imports ${to}`),
		[],
	);
});

test('no files import each other in a circle, not even types', t => {
	t.deepEqual(
		circles(new Map(files.map(file => [file, inner.filter(one => one.file === file).map(one => one.target)]))),
		[],
	);
});

test('no exported type has the name of another', t => {
	const homes = new Map<string, readonly string[]>();
	for (const [file, text] of texts) {
		for (const [, name = ''] of text.matchAll(
			/^export (?:declare )?(?:abstract )?(?:type|interface|class|enum) (\w+)/gm,
		)) {
			homes.set(name, [...(homes.get(name) ?? []), file]);
		}
	}
	t.deepEqual(
		[...homes].filter(([, places]) => places.length > 1).map(([name, places]) => `${name}: ${places.join(', ')}`),
		[],
	);
});

test('every room is in the table, and every inner room', t => {
	const rooms = readdirSync(root).filter(room => room !== 'cli');
	t.deepEqual(
		rooms.filter(room => !Object.hasOwn(table, room)),
		[],
	);
	t.deepEqual(
		Object.keys(table).filter(room => !rooms.includes(room)),
		[],
	);
	for (const [room, allowed] of Object.entries(innerRooms)) {
		const there = new Set(files.filter(file => roomOf(file) === room).map(innerRoomOf));
		t.deepEqual([...there].sort(), Object.keys(allowed).sort(), room);
	}
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
		'capabilities',
	];
	t.deepEqual(
		imports.filter(({file, to}) => pure.includes(roomOf(file)) && to.startsWith('node:')),
		[],
	);
});

/** The contract of a step, and the registry: all that other rooms see of `src/steps`. */
const contract = ['step.ts', 'drift.ts', 'move-load.ts', 'kept-copy-status.ts', 'index.ts'];

test('other rooms import of steps only the contract and the registry; the command line also functions, and no types', t => {
	t.deepEqual(
		imports
			.filter(({file, to}) => to.startsWith('.') && roomOf(file) !== 'steps')
			.map(({file, to, typeOnly}) => ({file, typeOnly, into: normalize(join(dirname(file), to))}))
			.filter(({into}) => roomOf(into) === 'steps' && !contract.includes(into.slice('steps/'.length)))
			.filter(({file, typeOnly}) => typeOnly || roomOf(file) !== 'cli')
			.map(({file, into}) => `${file} imports ${into}`),
		[],
	);
});

/** Casts to a shape that is written there, and casts of an action: `as {…}`, `action as Moving`, `(note.action ?? {}) as Moving`. */
const shapeCast = /\bas \{|\b[aA]ction\b[^;\n]*\bas (?!const\b)/;

test('outside its step an action is opaque: no room that plans, runs or shows it casts it', t => {
	const rooms = ['engine', 'plan', 'views', 'cli', 'store'];
	const casts = [...texts]
		.filter(([file]) => rooms.includes(roomOf(file)))
		.flatMap(([file, text]) => text.split('\n').map((line, index) => ({line, where: `${file}:${index + 1}`})))
		.filter(({line}) => !/^\s*(import|export|\*|\/[/*])/.test(line) && shapeCast.test(line));
	t.deepEqual(
		casts.map(({line, where}) => `${where}: ${line.trim()}`),
		[],
	);
});
test('one function decides every exit code, and one sets it', t => {
	const setters = files.filter(file => /process\.exitCode\s*=|process\.exit\(/.test(texts.get(file) ?? ''));
	t.deepEqual(setters, ['cli/exit.ts']);
	const deciders = files.filter(file => /exitCodes\./.test(texts.get(file) ?? ''));
	t.deepEqual(deciders, ['exit-code.ts', 'views/recap.ts'], 'views/recap.ts says what each means');
});

function roomOf(file: string): string {
	return file.split('/')[0] ?? file;
}

/** The folder below the room, or `.` for a file at its root. */
function innerRoomOf(file: string): string {
	const [, folder = '', ...rest] = file.split('/');
	return rest.length === 0 ? '.' : folder;
}

/** The groups of files that lead back to themselves, each group sorted. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
	const reachable = new Map([...graph.keys()].map(file => [file, reachedFrom(file, graph)]));
	const groups = [...graph.keys()]
		.filter(file => reachable.get(file)?.has(file))
		.map(file =>
			[...graph.keys()].filter(other => reachable.get(file)?.has(other) && reachable.get(other)?.has(file)).sort(),
		);
	return [...new Map(groups.map(group => [group.join(), group])).values()];
}

function reachedFrom(file: string, graph: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
	const reached = new Set<string>();
	const open = [...(graph.get(file) ?? [])];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (reached.has(next)) continue;
		reached.add(next);
		open.push(...(graph.get(next) ?? []));
	}
	return reached;
}
