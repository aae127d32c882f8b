import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {InputError} from '../../src/errors.ts';
import type {Inventory, Vars} from '../../src/inventory/inventory.ts';
import {loadInventory} from '../../src/inventory/load.ts';
import {matchHosts} from '../../src/inventory/patterns.ts';
import {expandRanges} from '../../src/inventory/ranges.ts';
import {Scope} from '../../src/template/scope.ts';
import {inventoryOf} from '../fakes/inventory.ts';

/** The values of a host's variables. */
function vars(inventory: Inventory, host: string): Readonly<Record<string, unknown>> {
	const templates: Vars = Object.assign({}, ...(inventory.hosts.get(host)?.layers.map(layer => layer.vars) ?? []));
	const scope = new Scope([{written: templates}, {data: {inventory_hostname: host}}]);
	return Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, template.evaluate(scope)]));
}

/** The problems of an inventory, as `line:column: message (hint)`. */
function mistakes(...texts: readonly string[]): readonly string[] {
	try {
		inventoryOf(...texts);
		return [];
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		return error.problems.map(
			({position, message, hint}) =>
				`${position?.line}:${position?.column}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
		);
	}
}

const cluster = inventoryOf(`
web: {hosts: {"node[01:05]": }}
db: {hosts: {"node[04:08]": , "db-[a:c]": }}
prod: {children: {web: , db: }}
`);

// In the order of ansible-core 2.14.
const patterns: readonly (readonly [string, string])[] = [
	['web:&db', 'node04 node05'],
	['web:!db', 'node01 node02 node03'],
	['web[0]', 'node01'],
	['web[-1]', 'node05'],
	['web[1:2]', 'node02 node03'],
	['web[3:]', 'node04 node05'],
	['~node0[1-3]', 'node01 node02 node03'],
	['prod:!node0?', 'db-a db-b db-c'],
	['!db', 'node01 node02 node03'],
	['&db', 'node04 node05 node06 node07 node08 db-a db-b db-c'],
	['db-*', 'db-a db-b db-c'],
	['db-[ab]', 'db-a db-b'],
	['node0[!1-7]', 'node08'],
	['~node.*:!web', 'node06 node07 node08'],
	['node08,web:!node02', 'node08 node01 node03 node04 node05'],
	[' db-a , node01 ', 'db-a node01'],
	['web db-a', 'node01 node02 node03 node04 node05 db-a'],
];

for (const [pattern, hosts] of patterns) {
	test(`pattern ${pattern}`, t => t.is(matchHosts(cluster, pattern).join(' '), hosts));
}

const wrongPatterns: readonly (readonly [string, string])[] = [
	['web[9]', "the pattern 'web[9]' matches no hosts"],
	['', "the pattern '' matches no hosts"],
	['web:!all', "the pattern 'web:!all' matches no hosts"],
	['node01,node99', "no host or group 'node99' in the inventory"],
	['web:!wbe', "no host or group 'wbe' in the inventory"],
	['nothing*', "no host or group 'nothing*' in the inventory"],
	['~(', "'~(' is not a valid regular expression"],
];

for (const [pattern, message] of wrongPatterns) {
	test(`a pattern that matches nothing is an error: ${pattern}`, t => {
		t.throws(() => matchHosts(cluster, pattern), {instanceOf: InputError, message});
	});
}

test('a misspelt host is reported with the closest name', t => {
	const {problems} = t.throws(() => matchHosts(cluster, 'nod01'), {instanceOf: InputError});
	t.is(problems[0]?.hint, 'did you mean node01?');
});

const ranges: readonly (readonly [string, readonly string[] | undefined])[] = [
	['web1', ['web1']],
	['node[1:3]', ['node1', 'node2', 'node3']],
	['node[08:11]', ['node08', 'node09', 'node10', 'node11']],
	['node[:2]', ['node0', 'node1', 'node2']],
	['n[1:10:4]', ['n1', 'n5', 'n9']],
	['rack[a:c]', ['racka', 'rackb', 'rackc']],
	['r[a:b]n[1:2]', ['ran1', 'ran2', 'rbn1', 'rbn2']],
	['node[1:]', undefined],
	['node[5:1]', undefined],
	['node[01:1]', undefined],
	['node[1:2', undefined],
	['node[a:2]', undefined],
	['node[1:2:0]', undefined],
	['node[1:99999999]', undefined],
];

for (const [written, names] of ranges) {
	test(`range ${written}`, t => t.deepEqual(expandRanges(written), names));
}

test('groups contain the hosts of their descendants, and hosts list all their groups', t => {
	const inventory = inventoryOf(`
all:
  hosts: {lonely: }
  children:
    compute:
      children: {rack1: , rack2: {hosts: {kvm2: }}}
    rack1: {hosts: {kvm1: }}
`);
	t.deepEqual([...inventory.hosts.keys()], ['lonely', 'kvm2', 'kvm1', 'localhost']);
	const groups = Object.fromEntries([...inventory.groups].map(([name, {hosts}]) => [name, hosts]));
	t.deepEqual(groups, {
		all: ['lonely', 'kvm1', 'kvm2'],
		ungrouped: ['lonely'],
		compute: ['kvm1', 'kvm2'],
		rack1: ['kvm1'],
		rack2: ['kvm2'],
	});
	t.deepEqual(inventory.hosts.get('kvm1')?.groups, ['compute', 'rack1']);
	t.deepEqual(inventory.hosts.get('lonely')?.groups, ['ungrouped']);
});

test('variables are merged by depth, priority and name of the group; those of the host come last', t => {
	const inventory = inventoryOf(
		`
all: {vars: {a: all, b: all, c: all, d: all, e: all, f: all}}
outer: {vars: {b: outer, c: outer, d: outer, e: outer, f: outer}, children: {alpha: , beta: }}
alpha: {vars: {c: alpha, d: alpha, e: alpha, f: alpha, ansible_group_priority: 10}, hosts: {h: {f: host}}}
beta: {vars: {c: beta, d: beta, e: beta}, hosts: {h: }}
zeta: {vars: {c: zeta, g: zeta}, hosts: {h: }}
`,
		'all: {vars: {a: later}, hosts: {h: {e: "{{ d }} of {{ inventory_hostname }}"}}}',
	);
	t.deepEqual(vars(inventory, 'h'), {
		a: 'later',
		b: 'outer',
		c: 'alpha',
		d: 'alpha',
		e: 'alpha of h',
		f: 'host',
		g: 'zeta',
	});
});

test('a host name can include a port', t => {
	const inventory = inventoryOf(
		'all: {hosts: {"web1:2222": , "node[1:2]:22": {ansible_port: 23}, "[2001:db8::1]:24": , "2001:db8::2": }}',
	);
	t.deepEqual(
		(inventory.groups.get('all')?.hosts ?? []).map(host => [host, vars(inventory, host).ansible_port]),
		[
			['web1', 2222],
			['node1', 23],
			['node2', 23],
			['2001:db8::1', 24],
			['2001:db8::2', undefined],
		],
	);
	t.deepEqual(matchHosts(inventory, '2001:db8::1'), ['2001:db8::1']);
	t.deepEqual(matchHosts(inventory, 'web1,!2001:db8::1'), ['web1']);
});

const wrong: readonly (readonly [string, readonly string[]])[] = [
	['- web1', ['1:1: an inventory must be a mapping of groups (begin with: all:)']],
	['', ['1:1: an inventory must be a mapping of groups (begin with: all:)']],
	['all: 3', ['1:6: group all must be a mapping with hosts, vars or children']],
	['all: {hots: {a: }}', ["1:7: unknown key 'hots' in a group (did you mean hosts?)"]],
	['all: {hosts: [a, b]}', ['1:14: hosts must be a mapping (end each name with a colon)']],
	['all: {hosts: {a: 3}}', ['1:18: variables must be a mapping (end each name with a colon)']],
	['all: {vars: [a]}', ['1:13: variables must be a mapping (end each name with a colon)']],
	['all: {children: [web]}', ['1:17: children must be a mapping (end each name with a colon)']],
	['all: {hosts: {"n[5:1]": }}', ["1:15: 'n[5:1]' is not a valid host range (use node[01:50] or rack[a:f])"]],
	['all: {hosts: {a: , a: }}', ["1:20: duplicate key 'a'"]],
	['a: {children: {b: {children: {a: }}}}', ['1:31: groups contain each other: a > b > a']],
	['all: {children: {a: {children: {all: }}}}', ['1:33: groups contain each other: all > a > all']],
	['a: {children: {a: }}', ['1:16: groups contain each other: a > a']],
	['all: {vars: {x: "{{ y | nofilter }}"}}', ["1:25: unknown filter 'nofilter'"]],
	[
		'a: {hots: }\nb: {vars: 1}\nc: {hosts: {"x[": }}',
		[
			"1:5: unknown key 'hots' in a group (did you mean hosts?)",
			'2:11: variables must be a mapping (end each name with a colon)',
			"3:13: 'x[' is not a valid host range (use node[01:50] or rack[a:f])",
		],
	],
];

for (const [text, expected] of wrong) {
	test(`an error in an inventory is reported with its position: ${text}`, t => t.deepEqual(mistakes(text), expected));
}

test('a missing source is an error', async t => {
	const error = await t.throwsAsync(loadInventory(['test/cases/nowhere.yml']), {instanceOf: InputError});
	t.is(error.message, 'test/cases/nowhere.yml: no such file');
});

test('any text is an inventory or an error, any pattern matches hosts or is an error', t => {
	const check = (run: () => unknown) => {
		try {
			run();
		} catch (error) {
			t.true(error instanceof InputError && error.problems.length > 0, String((error as Error).stack));
		}
	};
	const piece = fc.constantFrom(
		...'web db node01 all : , & ! ~ * ? [ ] [0] [1:2] ( ) . 2001:db8::1 - \\ ^'.split(' '),
		' ',
	);
	fc.assert(
		fc.property(fc.array(piece, {maxLength: 8}), pieces => check(() => matchHosts(cluster, pieces.join('')))),
		{numRuns: 2000},
	);
	fc.assert(
		fc.property(fc.json({maxDepth: 5}), text => check(() => inventoryOf(text))),
		{numRuns: 500},
	);
	const names = fc.constantFrom(
		'all',
		'a',
		'b',
		'hosts',
		'children',
		'vars',
		'n[1:3]',
		'x[',
		'__proto__',
		'constructor',
	);
	const nested = fc.letrec(tie => ({
		tree: fc.oneof({maxDepth: 5}, fc.constant(null), fc.dictionary(names, tie('tree'))),
	})).tree;
	fc.assert(
		fc.property(nested, tree => check(() => inventoryOf(JSON.stringify(tree)))),
		{numRuns: 2000},
	);
});

test('any bytes are an inventory or an error with a position', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-bytes-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	const line = fc.oneof(
		fc.string({unit: 'binary', maxLength: 12}),
		fc.constantFrom(
			'[web]',
			'[web:vars]',
			'[all:children]',
			'web',
			'h[1:3] a=1',
			'a: {b: c}',
			'- x',
			'{"a": [',
			'%YAML 1.1',
			'---',
		),
	);
	const bytes = fc.oneof(
		fc.array(line, {maxLength: 6}).map(lines => Buffer.from(lines.join('\n'))),
		fc.uint8Array({maxLength: 40}).map(array => Buffer.from(array)),
	);
	await fc.assert(
		fc.asyncProperty(
			bytes,
			fc.constantFrom('hosts', 'hosts.ini', 'hosts.yml', 'group_vars/all'),
			async (bytes, name) => {
				const file = join(folder, name);
				await mkdir(dirname(file), {recursive: true});
				await writeFile(join(folder, 'hosts'), 'h\n');
				await writeFile(file, bytes.toString('latin1').startsWith('#!') ? '' : bytes);
				try {
					await loadInventory([name === 'group_vars/all' ? join(folder, 'hosts') : file]);
				} catch (error) {
					if (!(error instanceof InputError)) throw error;
					t.true(error.problems.length > 0);
					for (const {message, position} of error.problems) {
						t.true(message.includes(folder) || position?.file.startsWith(folder) === true, message);
					}
				}
				await rm(file);
			},
		),
		{numRuns: 400},
	);
});

test('files found in folders are read once, in alphabetical order', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-beside-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await Promise.all(['a', 'b', 'group_vars', 'host_vars'].map(name => mkdir(join(folder, name))));
	await Promise.all([
		writeFile(join(folder, 'hosts'), '[web]\nh\n'),
		writeFile(join(folder, 'more'), '[web]\nk\n'),
		writeFile(join(folder, 'group_vars/wbe.yml'), 'a: 1\n'),
		writeFile(join(folder, 'group_vars/web.yml'), 'a: 1\n'),
		writeFile(join(folder, 'host_vars/j.json'), '{}'),
		writeFile(join(folder, 'host_vars/notes.txt'), 'no variables'),
	]);
	const inventory = await loadInventory([join(folder, 'hosts'), join(folder, 'more')], {playbookFolders: [folder]});
	t.deepEqual(
		inventory.unusedFiles.map(file => file.slice(folder.length + 1)),
		['group_vars/wbe.yml', 'host_vars/j.json'],
	);
	t.deepEqual(
		inventory.hosts.get('h')?.layers.map(({of, name, place}) => `${of} ${name} ${place}`),
		['group web beside inventory', 'group web beside playbook'],
	);
});

test('localhost can be named without being in an inventory; it has the variables of all, but not its connection variables', t => {
	const inventory = inventoryOf('all: {vars: {rack: a, ansible_user: root}, hosts: {h: }}');
	const host = inventory.hosts.get('localhost');
	t.like(host, {implicit: true, groups: []});
	t.deepEqual(vars(inventory, 'localhost'), {rack: 'a'});
	t.is(host?.vars.ansible_connection?.evaluate(new Scope([])), 'local');
	t.deepEqual(Object.keys(host?.vars ?? {}), ['ansible_connection', 'inventory_hostname_short', 'rack']);
	t.deepEqual(matchHosts(inventory, 'localhost:h'), ['localhost', 'h']);
	t.deepEqual(matchHosts(inventory, '127.0.0.1'), ['localhost']);
	for (const pattern of ['all', '*', '~local|h']) t.deepEqual(matchHosts(inventory, pattern), ['h']);
	const named = inventoryOf('all: {hosts: {127.0.0.1: {rack: b}}}');
	t.deepEqual(matchHosts(named, 'localhost'), ['127.0.0.1']);
});

test('a host knows where its inventory is', async t => {
	const {hosts} = await loadInventory(['test/cases/playbook/inventory.yml', 'a.example.org,']);
	const value = (host: string, name: string) => hosts.get(host)?.vars[name]?.evaluate(new Scope([]));
	t.is(value('kvm1', 'inventory_file'), 'test/cases/playbook/inventory.yml');
	t.is(value('kvm1', 'inventory_dir'), resolve('test/cases/playbook'));
	t.is(value('a.example.org', 'inventory_hostname_short'), 'a');
});

test('the errors of all sources are reported together, those of a file in order', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-mistakes-'));
	t.teardown(() => rm(folder, {recursive: true, force: true}));
	await mkdir(join(folder, 'host_vars'));
	await Promise.all([
		writeFile(join(folder, 'hosts'), '[top:children]\nweb\n[x]\nn[1:]\nh\n'),
		writeFile(join(folder, 'more'), 'h a\n'),
		writeFile(join(folder, 'host_vars/h'), '- a\n'),
		writeFile(join(folder, 'list.yml'), '- a\n'),
	]);
	const told = async (...names: readonly string[]) => {
		const sources = names.map(name => join(folder, name));
		const {problems} = await t.throwsAsync(loadInventory(sources), {instanceOf: InputError});
		return problems.map(
			({position, message}) => `${position?.file.slice(folder.length + 1)}:${position?.line} ${message}`,
		);
	};
	t.deepEqual(await told('hosts', 'more', 'list.yml'), [
		"hosts:2 group 'web' is not defined",
		"hosts:4 'n[1:]' is not a valid host range",
		"more:1 'a' is not a host variable",
		'list.yml:1 an inventory must be a mapping of groups',
		'host_vars/h:1 a variables file must be a mapping',
	]);
	t.is((await told('nowhere', 'nowhere-else')).length, 2);
});
