import {readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {TemplateError} from '../../src/template/error.ts';
import {filters} from '../../src/template/filters.ts';
import {methods} from '../../src/template/methods.ts';
import {Scope, type ScopeLayer} from '../../src/template/scope.ts';
import {compileCondition, compileTemplate, type Template} from '../../src/template/template.ts';
import {tests} from '../../src/template/tests.ts';
import {Unknown} from '../../src/template/value.ts';
import {parseYaml} from '../../src/yaml/document.ts';

const at = (_pointer: string, index = 0) => ({file: 'test', line: 1, column: index + 1});

/** Evaluates a template in a scope of data, with the escapes of Jinja2. */
function evaluate(text: unknown, data: Readonly<Record<string, unknown>> = {}): unknown {
	return compileTemplate(text, at, '', 'escape').evaluate(new Scope([{data}]));
}

function written(vars: Readonly<Record<string, unknown>>): ScopeLayer {
	const templates = Object.entries(vars).map(([name, value]): [string, Template] => [name, compileTemplate(value, at)]);
	return {written: Object.fromEntries(templates)};
}

type Row = {readonly of: string; readonly is?: unknown; readonly fails?: string};

const file = 'test/cases/template/expressions.yml';

const cases = parseYaml(file, readFileSync(file, 'utf8')).data as {
	readonly variables: Readonly<Record<string, unknown>>;
	readonly expressions: readonly Row[];
	readonly differences: readonly Row[];
};

for (const {of, is, fails} of [...cases.expressions, ...cases.differences]) {
	test(`{{ ${of} }}`, t => {
		if (fails === undefined) {
			t.deepEqual(evaluate(`{{ ${of} }}`, cases.variables), is);
			return;
		}
		const error = t.throws(() => evaluate(`{{ ${of} }}`, cases.variables), {instanceOf: TemplateError});
		t.is(`${error.position.column - 3}: ${error.message}`, fails);
	});
}

test('a string that is a single expression keeps its type; others become strings', t => {
	t.deepEqual(evaluate(['{{ n }}', 'n={{ n }}', '{{ n }}{{ n }}', ' {{ n }}'], {n: [1]}), [
		[1],
		'n=[1]',
		'[1][1]',
		' [1]',
	]);
	t.deepEqual(evaluate({a: '{{ none }}', b: 'x{{ none }}y', c: '{{ true }}', d: 'x{{ true }}'}), {
		a: null,
		b: 'xy',
		c: true,
		d: 'xTrue',
	});
});

test('if and for statements', t => {
	const data = {
		guests: [
			{name: 'a', on: true},
			{name: 'b', on: false},
			{name: 'c', on: true},
		],
		limits: {x: 1},
	};
	const rows = [
		['{% if guests %}some{% else %}none{% endif %}', 'some'],
		['{% if not guests %}none{% elif limits %}limits{% endif %}', 'limits'],
		['{% for g in guests %}{{ g.name }}{% if not loop.last %}, {% endif %}{% endfor %}', 'a, b, c'],
		['{% for g in guests if g.on %}{{ loop.index }}{{ g.name }}{% endfor %}', '1a2c'],
		['{% for g in [] %}x{% else %}empty{% endfor %}', 'empty'],
		['{% for key, value in limits.items() %}{{ key }}={{ value }}{% endfor %}', 'x=1'],
		['{% for key in limits %}{{ key }}{% endfor %}', 'x'],
		['{# nothing #}a {%- if true %} b{% endif %}', 'a b'],
		['{% raw %}{{ kept }}{% endraw %}', '{{ kept }}'],
	];
	for (const [text, expected] of rows) t.is(evaluate(text, data), expected, text);
});

test('variables are evaluated on use and see the layers before them', t => {
	const scope = new Scope([
		written({name: 'inner', unused: '{{ nobody }}'}),
		written({greeting: 'hello {{ name }}', name: 'outer'}),
	]);
	t.is(compileTemplate('{{ greeting }}', at).evaluate(scope), 'hello inner');
	t.is(compileTemplate('{{ greeting }}', at).evaluate(scope.with({data: {name: 'nearest'}})), 'hello nearest');
});

test('data returned by a host is never evaluated', t => {
	const answered = {stdout: '{{ secret }}', items: ['{% for x in [1] %}{{ x }}{% endfor %}']};
	const scope = new Scope([{data: {answered}}, written({secret: 'hidden', shown: 'got {{ answered.stdout }}'})]);
	t.is(compileTemplate('{{ answered.stdout }}', at).evaluate(scope), '{{ secret }}');
	t.is(compileTemplate('{{ shown }}', at).evaluate(scope), 'got {{ secret }}');
	t.deepEqual(compileTemplate('{{ answered["items"] }}', at).evaluate(scope), answered.items);
});

test('a variable that depends on itself is an error', t => {
	const scope = new Scope([written({a: '{{ b }}', b: '{{ a }}'})]);
	t.throws(() => compileTemplate('{{ a }}', at).evaluate(scope), {message: "the value of 'a' depends on itself"});
	t.throws(() => compileTemplate('{{ a }}', at).evaluate(scope), {message: "the value of 'a' depends on itself"});
});

test('an undefined name is reported with its position and the closest known name', t => {
	const vm = {memory: 512};
	const error = t.throws(() => evaluate('needs {{ vm.memroy }} MiB', {vm}), {instanceOf: TemplateError});
	t.like(error, {message: "'vm.memroy' is undefined", hint: 'did you mean memory?', position: {column: 13}});
	t.like(
		t.throws(() => evaluate('{{ vmm.memory }}', {vm}), {instanceOf: TemplateError}),
		{hint: 'did you mean vm?'},
	);
});

test('positions are exact in every YAML string style', t => {
	const text = `
plain: a {{ nobody }}
quoted: 'it''s {{ nobody }}'
double: "a \\"b\\" {{ nobody }}"
literal: |
  first
  second {{ nobody }}
folded: >-
  first
  second {{ nobody }}

  third
`;
	const document = parseYaml('test.yml', text);
	for (const name of ['plain', 'quoted', 'double', 'literal', 'folded']) {
		const template = compileTemplate(
			(document.data as Record<string, unknown>)[name],
			(pointer, index) => document.at(pointer, index),
			`/${name}`,
		);
		const {position} = t.throws(() => template.evaluate(new Scope([])), {instanceOf: TemplateError});
		t.is(text.split('\n')[position.line - 1]?.slice(position.column - 1, position.column + 5), 'nobody', name);
	}
});

test('a template lists the names that it requires and those that are optional', t => {
	const template = compileTemplate(
		[
			'{{ a.b }} {{ c | default(d) }}',
			'{{ e if e is defined else f }}',
			'{% for g in h %}{{ g }}{{ loop.index }}{% endfor %}',
		],
		at,
	);
	t.deepEqual([...template.roots.keys()], ['a', 'd', 'f', 'h']);
	t.deepEqual([...template.guarded], ['c', 'e']);
	t.false(template.constant);
	t.true(compileTemplate({a: [1, 'text', null]}, at).constant);
});

test('a condition must be true or false', t => {
	const holds = (text: string | boolean) =>
		compileCondition(text, (index = 0) => at('', index)).test(new Scope([{data: {n: 1, list: [1]}}]));
	t.true(holds('n == 1 and list'.replace('and list', 'and list | length == 1')));
	t.false(holds('not n == 1'));
	t.true(holds(true));
	t.throws(() => holds('n'), {message: 'a condition must be true or false, got a number'});
	t.throws(() => holds('list'), {message: 'a condition must be true or false, got a list'});
	t.throws(() => holds('{{ n == 1 }}'), {message: 'a condition is already an expression'});
	t.throws(() => holds('n == 1 }} {{ n'), {message: 'expected an operator or the end, found }}'});
});

test('the docs list exactly the supported filters, tests and methods', t => {
	const docs = readFileSync('docs/playbooks.md', 'utf8');
	for (const [title, table] of Object.entries({Filters: filters, Tests: tests, Methods: methods})) {
		const [, list = ''] = new RegExp(`^${title}: ([\\s\\S]*?)\\.( Functions|$)`, 'm').exec(docs) ?? [];
		t.deepEqual(
			[...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
			Object.keys(table).sort(),
			title,
		);
	}
});

test('omit omits a parameter', t => {
	t.deepEqual(evaluate({a: '{{ x | default(omit) }}', b: ['{{ omit }}', 1], c: 'x{{ omit }}'}), {b: [1], c: 'x'});
});

test('an unknown value makes exactly the values computed from it unknown', t => {
	const unknown = new Unknown('listed');
	const data = {listed: unknown, known: 1};
	const touched = [
		'{{ listed.guests[0].name }}',
		'{{ listed | default(3) }}',
		'{{ listed.guests is defined }}',
		'{{ listed is failed }}',
		'{{ [1, listed] | join }}',
		'{{ "a" ~ listed }}',
		'{{ known if listed else 2 }}',
		'{{ known == 1 and listed }}',
		'{% for x in listed %}{{ x }}{% endfor %}',
		'a {{ listed }}',
		'{{ listed.split() }}',
		'{{ range(listed) }}',
	];
	for (const text of touched) t.is(evaluate(text, data), unknown, text);
	t.is(evaluate('{{ listed is defined }}', data), true);
	t.is(evaluate('{{ known == 2 and listed }}', data), false);
	t.is(evaluate('{{ listed and known == 2 }}', data), false);
	t.is(evaluate('{{ [1, listed][0] }}', data), 1);
	t.deepEqual(evaluate({guest: '{{ listed.x }}', to: 'kvm2'}, data), {guest: unknown, to: 'kvm2'});
	const scope = new Scope([{data}, written({all: ['{{ listed }}', 'b']})]);
	t.is(compileTemplate('{{ all | join(",") }}', at).evaluate(scope), unknown);
	t.is(compileTemplate('{{ all[1] }}', at).evaluate(scope), 'b');
});

const escapes = [
	"''.constructor.constructor('return process')()",
	"''['constructor']['constructor']('return process')()",
	"'' | attr('constructor')",
	'range.constructor',
	"range.constructor('return 1')()",
	'[].constructor',
	'[]["__proto__"]',
	'{}.__proto__',
	'{}["constructor"]["prototype"]',
	'{}.toString',
	'{}.hasOwnProperty("a")',
	"'abc'.length",
	"'abc'.__class__.__mro__",
	'loop.constructor',
	'process',
	'globalThis',
	'this',
	'require("fs")',
	'self',
	'cycler("a").constructor',
	'joiner().constructor',
	'lipsum.__globals__',
	'dict(a=1).__class__',
	"['constructor'] | map('extract', {}) | list",
	"[{}] | map(attribute='constructor') | list",
	"[{}] | map(attribute='__proto__.toString') | list",
	"[{}] | selectattr('constructor') | list",
	"[{}] | sort(attribute='constructor')",
	"'a' | map('constructor')",
	"{'a': 1}.get('constructor').name",
	"'a'.replace.constructor",
	"'a'.at(0)",
	'[1].map(range)',
	"'%s' | format(''.constructor)",
	"'{0.constructor}'.format(1)",
	"(range)('a')",
	"{}['__defineGetter__']",
	"'a' is constructor",
	'x.constructor',
];

for (const text of escapes) {
	test(`no way to JavaScript: ${text}`, t => {
		t.throws(() => evaluate(`{{ ${text} }}`, {x: {}}), {instanceOf: TemplateError});
	});
}

test('data with a key named __proto__ stays data', t => {
	const data = {text: '{"__proto__": {"admin": true}, "a": 1}'};
	t.throws(() => evaluate('{{ (text | from_json).admin }}', data), {instanceOf: TemplateError});
	t.throws(() => evaluate('{{ (text | from_json | combine({"b": 2})).admin }}', data), {instanceOf: TemplateError});
	t.throws(() => evaluate('{{ ({} | combine(text | from_json, recursive=true)).admin }}', data), {
		instanceOf: TemplateError,
	});
	t.is(({} as Record<string, unknown>).admin, undefined);
});

test('evaluation is bounded', t => {
	const doubling = Object.fromEntries([
		['v0', ['x']],
		...Array.from({length: 60}, (_, index) => [`v${index + 1}`, [`{{ v${index} }}`, `{{ v${index} }}`]]),
		['t0', 'x'],
		...Array.from({length: 60}, (_, index) => [`t${index + 1}`, `{{ t${index} }}{{ t${index} }}`]),
		['b0', true],
		...Array.from({length: 60}, (_, index) => [`b${index + 1}`, `{{ b${index} and b${index} }}`]),
		...Array.from({length: 300}, (_, index) => [`c${index}`, `{{ c${index + 1} }}`]),
		['c300', 1],
	]);
	const texts = [
		'{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}',
		'{{ range(100001) }}',
		'{{ "a" * 100000000 }}',
		'{{ [0] * 100000000 }}',
		'{{ "a" * 999999 ~ "a" * 999999 }}',
		'{{ ("a" * 1000).replace("a", "b" * 100000) }}',
		'{{ ("a" * 1000) | regex_replace("a", "b" * 100000) }}',
		'{{ range(99999) | join("x" * 1000) }}',
		'{{ range(9999) | product(range(9999)) }}',
		'{{ "%99999999999s" | format(1) | length == 1000 and 2 ** 99999 }}',
		'{{ v60 }}',
		'{{ t60 }}',
		'{{ b60 }}',
		'{{ c0 }}',
		`{{ ${'('.repeat(10_000)}1${')'.repeat(10_000)} }}`,
		`{{ ${'not '.repeat(20_000)} true }}`,
		`{{ ${'- '.repeat(20_000)} 1 }}`,
		`{{ ${'1 + '.repeat(20_000)} 1 }}`,
		`{{ ${'1 if 1 else '.repeat(20_000)} 1 }}`,
		`{{ ${'[1, '.repeat(40)} }}`,
		`{{ x${'.a'.repeat(20_000)} }}`,
		'{{ ("[" * 50000 ~ "]" * 50000) | from_json | string }}',
	];
	for (const text of texts) {
		t.throws(
			() => compileTemplate(text, at).evaluate(new Scope([written(doubling)])),
			{instanceOf: TemplateError},
			text.slice(0, 60),
		);
	}
});

const word = fc.constantFrom(
	...'{{ }} {% %} {# #} ( ) [ ] { } . , : | ~ + - * / // % ** == != < > <= >= = ! a b x xs if else elif endif for in endfor is not and or'.split(
		' ',
	),
	...'defined none true 1 2.5 "t" \'s\' upper default map join length raw endraw set loop range items'.split(' '),
	'\n',
	' ',
);

test('any text is a template or a syntax error with a position', t => {
	const data = {a: 1, b: 'text', x: {y: [1]}, xs: [3, 1, 2]};
	const check = (text: string) => {
		try {
			evaluate(text, data);
		} catch (error) {
			t.true(error instanceof TemplateError && error.position.column > 0, `${JSON.stringify(text)}: ${String(error)}`);
		}
	};
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 60}), text => check(`{{ ${text} }}`)),
		{numRuns: 500},
	);
	fc.assert(
		fc.property(fc.array(word, {maxLength: 12}), words => check(words.join(' '))),
		{numRuns: 3000},
	);
	fc.assert(
		fc.property(fc.array(word, {maxLength: 12}), words => check(`{{ ${words.join(' ')} }}`)),
		{numRuns: 3000},
	);
});

test('set assigns names for the rest of a template or loop iteration', t => {
	for (const [text, expected] of [
		['{% set x = n + 1 %}{{ x }} {{ n }}', '3 2'],
		['{% if n > 1 %}{% set x = "many" %}{% else %}{% set x = "few" %}{% endif %}{{ x }}', 'many'],
		['{% set x = 0 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}', '120'],
		['{% set s = namespace(sum=0) %}{% for i in [1, 2, 3] %}{% set s.sum = s.sum + i %}{% endfor %}{{ s.sum }}', '6'],
		['{% set x %}a{{ n }}{% endset %}{{ x | upper }}', 'A2'],
		['{% set n = 7 %}{{ n }}', '7'],
	] as const) {
		t.is(evaluate(text, {n: 2}), expected, text);
	}
	const template = compileTemplate('{% set x = n %}{{ x }}{{ y }}', at);
	t.deepEqual([...template.roots.keys()], ['n', 'y']);
	for (const [text, message] of [
		['{% set n.x = 1 %}', /only a namespace\(\) can be modified/],
		['{% set a, b = n %}', /set takes exactly one name/],
		['{% set s = namespace() %}{% set s.__proto__ = 1 %}{{ s.x }}', /'s\.x' is undefined/],
		['{% if false %}{% set x = 1 %}{% endif %}{{ x }}', /'x' is undefined/],
	] as const) {
		t.throws(() => evaluate(text, {n: {}}), {instanceOf: TemplateError, message}, text);
	}
});

test('a regular expression that backtracks without end is stopped', t => {
	const text = `${'a'.repeat(60)}!`;
	for (const expression of [
		"text is match('(a+)+$')",
		"text | regex_search('(a|a)*b')",
		`text is match('${'a?'.repeat(30)}${'a'.repeat(30)}b')`,
		"text | regex_replace('(a*)*c', 'x')",
		"text | regex_findall('(?:a+)+$')",
		"[text] | select('search', '(a+)+$') | list",
	]) {
		t.throws(
			() => evaluate(`{{ ${expression} }}`, {text}),
			{instanceOf: TemplateError, message: /takes too long/},
			expression,
		);
	}
	const log = 'a line of a log, with words and 12 numbers\n'.repeat(2000);
	t.is((evaluate("{{ log | regex_findall('(\\w+) (\\d+)') }}", {log}) as unknown[]).length, 2000);
	t.is(evaluate("{{ log is search('^.*words.*numbers$', multiline=true) }}", {log}), true);
});
