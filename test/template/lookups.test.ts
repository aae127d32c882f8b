import test from 'ava';
import {Secret} from '../../src/shell/secret.ts';
import {TemplateError} from '../../src/template/error.ts';
import type {LookupSources} from '../../src/template/lookup-source.ts';
import {Scope} from '../../src/template/scope.ts';
import {compileTemplate} from '../../src/template/template.ts';

import {Unknown} from '../../src/template/value.ts';

const at = (_pointer: string, index = 0) => ({file: 'test', line: 1, column: index + 1});

/** The files and variables that lookups read in the tests. */
const outside: LookupSources = {
	env: name => ({HOME: '/root', DB_PASSWORD: new Secret('hunter2')})[name],
	text(file, folder) {
		const texts: Readonly<Record<string, string>> = {
			'files/motd': '  hello\n\n',
			'templates/guest.xml.j2': '<name>{{ name }}</name>\n{% for n in disks %}<disk>{{ n }}</disk>\n{% endfor %}',
			'templates/wrong.j2': 'a\n  {{ nme }}\n',
		};
		const path = `${folder}/${file}`;
		return path in texts ? {path, text: texts[path] ?? ''} : undefined;
	},
	glob: pattern => (pattern === '*.xml' ? ['/p/a.xml', '/p/b.xml'] : []),
};

for (const [text, expected] of [
	["lookup('env', 'HOME')", '/root'],
	["lookup('env', 'NOPE')", ''],
	["lookup('env', 'NOPE', default='x')", 'x'],
	["query('env', 'HOME', 'NOPE')", ['/root', '']],
	["lookup('file', 'motd')", '  hello'],
	["lookup('ansible.builtin.file', 'motd', rstrip=false, lstrip=true)", 'hello\n\n'],
	["lookup('file', 'motd', 'motd')", '  hello,  hello'],
	["lookup('file', 'nope', errors='ignore')", ''],
	["lookup('template', 'guest.xml.j2')", '<name>web1</name>\n<disk>1</disk>\n<disk>2</disk>\n'],
	["lookup('vars', 'name')", 'web1'],
	["lookup('vars', 'na' ~ 'me')", 'web1'],
	["lookup('vars', 'disks')", [1, 2]],
	["lookup('vars', 'nope', default=7)", 7],
	["q('vars', 'name', 'disks')", ['web1', [1, 2]]],
	["lookup('fileglob', '*.xml')", '/p/a.xml,/p/b.xml'],
	["lookup('fileglob', '*.xml', wantlist=true)", ['/p/a.xml', '/p/b.xml']],
] as const) {
	test(`{{ ${text} }} reads what is outside`, t => {
		const scope = Scope.within(outside, [{data: {name: 'web1', disks: [1, 2]}}]);
		t.deepEqual(compileTemplate(`{{ ${text} }}`, at).evaluate(scope), expected);
	});
}

test('lookups: unsupported, missing, secret and unknown values', t => {
	const scope = Scope.within(outside, [{data: {name: 'web1'}}]);
	for (const [text, message] of [
		["lookup('pipe', 'rm -rf /')", /unknown lookup 'pipe'/],
		["lookup('fil', 'motd')", /unknown lookup 'fil'/],
		['lookup(name)', /the first argument of lookup must be a string/],
		["lookup('file', 'motd', encoding='latin1')", /has no option 'encoding'/],
		["lookup('file', 'nope')", /file 'nope' not found/],
		["lookup('vars', 'nope')", /'nope' is undefined/],
	] as const) {
		t.throws(() => compileTemplate(`{{ ${text} }}`, at).evaluate(scope), {instanceOf: TemplateError, message}, text);
	}
	const wrong = t.throws(() => compileTemplate("{{ lookup('template', 'wrong.j2') }}", at).evaluate(scope), {
		instanceOf: TemplateError,
	});
	t.like(wrong.position, {file: 'templates/wrong.j2', line: 2, column: 6});
	t.is(wrong.hint, 'did you mean name?');
	const hidden = compileTemplate("postgres://{{ lookup('env', 'DB_PASSWORD') }}@db", at).evaluate(scope);
	t.true(hidden instanceof Secret);
	t.is((hidden as Secret).reveal(), 'postgres://hunter2@db');
	t.true(compileTemplate("{{ lookup('env', 'HOME') }}", at).evaluate(new Scope([])) instanceof Unknown);
	t.deepEqual([...compileTemplate("{{ lookup('vars', 'disks') }}", at).roots.keys()], ['disks']);
});
