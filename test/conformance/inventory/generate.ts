import fc from 'fast-check';

/** An inventory before it is written down in one of the formats. */
export type Model = {
	readonly groups: readonly ModelGroup[];
	/** Hosts outside of any group. */
	readonly loose: readonly ModelHost[];
};

type ModelGroup = {
	readonly name: string;
	readonly hosts: readonly ModelHost[];
	/** Of groups with a higher number only: so there is no loop. */
	readonly children: readonly string[];
	readonly vars: readonly ModelVar[];
	readonly priority: number | undefined;
};

type ModelHost = {readonly name: string; readonly vars: readonly ModelVar[]};

/** The name, and which of the values that a format can write. */
type ModelVar = readonly [name: string, value: number];

const groupNames = ['web', 'db', 'rack-1', 'g_4', 'prod.eu', 'all', 'ungrouped'];
const hostNames = [
	'h1',
	'h2',
	'n[01:03]',
	'r[a:c:2]x',
	'w.example.org',
	'192.0.2.7',
	'[2001:db8::1]:22',
	'p:2222',
	'z_9',
];
const varNames = ['a', 'b', 'c', 'ansible_host', 'ansible_port'];

/** Values as host lines write them: the shell's quotes around Python's. */
const lineValues = [
	...['1', '-2.5', '0x10', '007', 'True', 'false', 'None', 'yes', 'plain', '""', "''", '"two words"', "'it is'"],
	...[
		'a=b',
		'"{{ a }}"',
		'[1,2]',
		"\"['x', 'y']\"",
		'"{\'k\': 1}"',
		'"\'5\'"',
		'(1,2)',
		'1,2',
		'x#y',
		'"x # y"',
		'a\\ b',
	],
	...[
		'http://x:80/y',
		'1_000',
		'1e3',
		'b"x"',
		'"r\'\\\\d\'"',
		'~',
		'*',
		'"a\'b"',
		'{{a}}',
		'[',
		'1 #c',
		'-',
		'+1',
		'0',
		'00',
	],
];

/** Values as sections of variables write them: Python's quotes only. */
const sectionValues = [
	...['1', '-2.5', '0x10', '007', 'True', 'false', 'None', 'yes', 'plain', '""', "''", '"two words"', 'two words'],
	...[
		'a=b',
		'{{ a }}',
		'[1, 2]',
		"['x', 'y']",
		"{'k': [None, (1,)]}",
		"'5'",
		'(1,2)',
		'1,2',
		'x#y',
		'x # y',
		"'x' # y",
	],
	...[
		'http://x:80/y',
		'1_000',
		'1e3',
		"b'x'",
		"r'\\d'",
		"'\\x41\\n'",
		'~',
		'*',
		'"a\'b"',
		'[',
		'1 #c',
		'-',
		'+1',
		'"',
		'',
	],
];

/** Values as YAML writes them, within a mapping of one line. */
const yamlValues = [
	...[
		'1',
		'-2.5',
		'0x10',
		'007',
		'True',
		'false',
		'~',
		'yes',
		'plain',
		'""',
		"''",
		'"two words"',
		'two words',
		'off',
		'y',
	],
	...[
		'a=b',
		'"{{ a }}"',
		'[1, 2]',
		'[x, y]',
		'{k: [null]}',
		"'5'",
		'1:30',
		'1_000',
		'1e3',
		'1.0e+3',
		'"\\x41\\n"',
		"'*'",
	],
	...[
		'http://x:80/y',
		'0b11',
		'0o17',
		'089',
		'-0644',
		'.5',
		'5.',
		'2026-11-23',
		"'it''s'",
		'null',
		'Null',
		'n',
		'On',
		'',
	],
];

const jsonValues = [
	'1',
	'-2.5',
	'1e3',
	'true',
	'null',
	'""',
	'"yes"',
	'"0644"',
	'[1, [2]]',
	'{"k": {"l": []}}',
	'"{{ a }}"',
	'"é\\n"',
];

const variables = fc.uniqueArray(fc.tuple(fc.constantFrom(...varNames), fc.nat(200)), {
	maxLength: 3,
	selector: ([name]) => name,
});
const hosts = fc.uniqueArray(fc.record({name: fc.constantFrom(...hostNames), vars: variables}), {
	maxLength: 4,
	selector: ({name}) => name,
});

export const model: fc.Arbitrary<Model> = fc.record({
	loose: hosts,
	groups: fc.uniqueArray(fc.constantFrom(...groupNames), {maxLength: 6}).chain(names =>
		fc.tuple(
			...names.map((name, index) =>
				fc.record({
					name: fc.constant(name),
					hosts,
					vars: variables,
					children: fc.subarray(
						names.slice(index + 1).filter(child => !['all', 'ungrouped'].includes(child) && name !== 'ungrouped'),
					),
					priority: fc.option(fc.integer({min: -2, max: 12}), {nil: undefined, freq: 3}),
				}),
			),
		),
	),
});

function pick(values: readonly string[], index: number): string {
	return values[index % values.length] ?? '';
}

export function asIni({groups, loose}: Model): string {
	const line = ({name, vars}: ModelHost) =>
		[name, ...vars.map(([name, value]) => `${name}=${pick(lineValues, value)}`)].join(' ');
	const section = (head: string, lines: readonly string[]) => (lines.length === 0 ? [] : [head, ...lines, '']);
	return [
		...loose.map(line),
		...groups.flatMap(({name, hosts, children, vars, priority}) => [
			`[${name}]`,
			...hosts.map(line),
			...section(`[${name}:vars]`, [
				...vars.map(([name, value]) => `${name} = ${pick(sectionValues, value)}`),
				...(priority === undefined ? [] : [`ansible_group_priority=${priority}`]),
			]),
			...section(`[${name}:children]`, children),
		]),
	].join('\n');
}

export function asYaml({groups, loose}: Model): string {
	const mapping = (vars: readonly ModelVar[]) =>
		`{${vars.map(([name, value]) => `${name}: ${pick(yamlValues, value)}`).join(', ')}}`;
	const listed = (hosts: readonly ModelHost[]) => hosts.map(({name, vars}) => `    '${name}': ${mapping(vars)}`);
	const part = (key: string, lines: readonly string[]) => (lines.length === 0 ? [] : [`  ${key}:`, ...lines]);
	const written = groups.map(({name, hosts, children, vars, priority}) => {
		const own =
			name === 'all' ? [...hosts, ...loose.filter(host => !hosts.some(({name}) => name === host.name))] : hosts;
		const order = priority === undefined ? [] : [`    ansible_group_priority: ${priority}`];
		return [
			`${name}:`,
			...part('vars', [...vars.map(([name, value]) => `    ${name}: ${pick(yamlValues, value)}`), ...order]),
			...part(
				'children',
				children.map(child => `    ${child}:`),
			),
			...part('hosts', listed(own)),
		];
	});
	const rest = groups.some(({name}) => name === 'all') ? [] : ['all:', '  children:', ...part('hosts', listed(loose))];
	return `---\n${[...written.flat(), ...rest].join('\n')}\n`;
}

/** A script that prints everything at once. */
export function asScript({groups, loose}: Model): string {
	const vars = (list: readonly ModelVar[]) =>
		`{${list.map(([name, value]) => `"${name}": ${pick(jsonValues, value)}`).join(', ')}}`;
	const names = (list: readonly string[]) => JSON.stringify(list);
	const all = [...groups.flatMap(({hosts}) => hosts), ...loose];
	const parts = [
		...groups.map(
			({name, hosts, children, vars: own}) =>
				`"${name}": {"hosts": ${names(hosts.map(host => host.name))}, "vars": ${vars(own)}, "children": ${names(children)}}`,
		),
		`"loose": ${names(loose.map(({name}) => name))}`,
		`"_meta": {"hostvars": {${[...new Map(all.map(host => [host.name, host])).values()].map(({name, vars: own}) => `"${name}": ${vars(own)}`).join(', ')}}}`,
	];
	return `#!/bin/sh\ncat <<'END'\n{${parts.join(',\n')}}\nEND\n`;
}

/** `group_vars/` and `host_vars/` for some of the groups and hosts. */
export const beside: fc.Arbitrary<Readonly<Record<string, string>>> = fc
	.array(
		fc.tuple(
			fc.constantFrom(
				...[...groupNames, 'loose'].flatMap(name => [`group_vars/${name}.yml`, `group_vars/${name}/x`]),
				...['h1', 'n02', 'w.example.org', 'p'].flatMap(name => [`host_vars/${name}`, `host_vars/${name}.yaml`]),
			),
			fc.uniqueArray(fc.tuple(fc.constantFrom(...varNames), fc.nat(200)), {maxLength: 3, selector: ([name]) => name}),
		),
		{maxLength: 5},
	)
	.map(files => {
		const texts = files.map(([name, vars]): [string, string] => [
			name,
			vars.map(([name, value]) => `${name}: ${pick(yamlValues, value)}\n`).join(''),
		]);
		const folders = new Set(texts.map(([name]) => name).filter(name => name.endsWith('/x')));
		return Object.fromEntries(texts.filter(([name]) => !folders.has(`${name}/x`)));
	});

const bits = [
	...['h1', 'w2', 'n[1:3]', '[web]', '[db:vars]', '[top:children]\nweb\n', 'a=1', 'b="x y"', "c='", '#', ';', '\\'],
	...[
		' ',
		' ',
		'\t',
		'\n',
		'\n',
		'\n',
		'=',
		':',
		'22',
		'"',
		"'",
		'[',
		']',
		',',
		'{',
		'}',
		'(',
		')',
		'-',
		'True',
		'0x',
		'1_0',
		'.',
	],
];

/** Lines that look like an inventory, and may be none. No host has the name of a group: see cases.yml. */
export const soup: fc.Arbitrary<string> = fc
	.array(fc.constantFrom(...bits), {maxLength: 24})
	.map(pieces => `[web]\nh1\n[db]\nh2\n${pieces.join('')}\n`);

/** Host patterns of names that there are. */
export const pattern: fc.Arbitrary<string> = fc
	.array(
		fc.tuple(
			fc.constantFrom('', '', '&', '!'),
			fc.constantFrom(
				'web',
				'db',
				'prod',
				'all',
				'h1',
				'h3',
				'h*',
				'*b',
				'h[12]x',
				'~h[1-3]',
				'~(web|h5)',
				'x.y',
				'ungrouped',
			),
			fc.constantFrom('', '', '', '[0]', '[-1]', '[1:2]', '[1:]', '[0:0]'),
		),
		{minLength: 1, maxLength: 4},
	)
	.chain(parts => fc.constantFrom(':', ',').map(join => parts.map(part => part.join('')).join(join)));
