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

/** What is wrong with an inventory, as `line:column: message (hint)`. */
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

// As ansible-core 2.14 lists them.
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
	['web[9]', "the pattern 'web[9]' leaves no host"],
	['', "the pattern '' leaves no host"],
	['web:!all', "the pattern 'web:!all' leaves no host"],
	['node01,node99', "there is no host or group 'node99' in the inventory"],
	['web:!wbe', "there is no host or group 'wbe' in the inventory"],
	['nothing*', "there is no host or group 'nothing*' in the inventory"],
	['~(', "'~(' is no pattern that can be read"],
];

for (const [pattern, message] of wrongPatterns) {
	test(`a pattern that names nothing is a mistake: ${pattern}`, t => {
		t.throws(() => matchHosts(cluster, pattern), {instanceOf: InputError, message});
	});
}

test('a misspelt host is told the nearest name', t => {
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

test('groups have the hosts below them, and hosts the groups around them', t => {
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

test('variables win from the outside in, by priority and by name, and the host before all', t => {
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

test('a host may carry its port', t => {
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
	['- web1', ['1:1: an inventory is a mapping of groups (begin with: all:)']],
	['', ['1:1: an inventory is a mapping of groups (begin with: all:)']],
	['all: 3', ['1:6: group all must be a mapping with hosts, vars or children']],
	['all: {hots: {a: }}', ["1:7: a group has no 'hots' (did you mean hosts?)"]],
	['all: {hosts: [a, b]}', ['1:14: hosts must be a mapping (end each name with a colon)']],
	['all: {hosts: {a: 3}}', ['1:18: variables must be a mapping (end each name with a colon)']],
	['all: {vars: [a]}', ['1:13: variables must be a mapping (end each name with a colon)']],
	['all: {children: [web]}', ['1:17: children must be a mapping (end each name with a colon)']],
	['all: {hosts: {"n[5:1]": }}', ["1:15: 'n[5:1]' is no range of hosts (write node[01:50] or rack[a:f])"]],
	['all: {hosts: {a: , a: }}', ["1:20: the key 'a' is there twice"]],
	['a: {children: {b: {children: {a: }}}}', ['1:31: groups contain each other: a > b > a']],
	['all: {children: {a: {children: {all: }}}}', ['1:33: groups contain each other: all > a > all']],
	['a: {children: {a: }}', ['1:16: groups contain each other: a > a']],
	['all: {vars: {x: "{{ y | nofilter }}"}}', ["1:25: there is no filter 'nofilter'"]],
	[
		'a: {hots: }\nb: {vars: 1}\nc: {hosts: {"x[": }}',
		[
			"1:5: a group has no 'hots' (did you mean hosts?)",
			'2:11: variables must be a mapping (end each name with a colon)',
			"3:13: 'x[' is no range of hosts (write node[01:50] or rack[a:f])",
		],
	],
];

for (const [text, expected] of wrong) {
	test(`a mistake in an inventory is told where it is: ${text}`, t => t.deepEqual(mistakes(text), expected));
}

test('a source that is not there is a mistake', async t => {
	const error = await t.throwsAsync(loadInventory(['test/cases/nowhere.yml']), {instanceOf: InputError});
	t.is(error.message, 'test/cases/nowhere.yml: no such file');
});

test('any text is an inventory or has a mistake, any pattern names hosts or has one', t => {
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
