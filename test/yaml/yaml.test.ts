import test from 'ava';
import fc from 'fast-check';
import {InputError} from '../../src/errors.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {pointerPart, pointerParts} from '../../src/yaml/pointer.ts';

const text = `# a comment
plain: one
'quoted key': "two"
list:
  - first
  - {flow: [1, 2]}
  -
empty:
base: &base {x: 1, y: 2}
merged:
  <<: *base
  y: 3
alias: *base
a/b~c: slash
block: |
  lines
`;
const document = parseYaml('test.yml', text);

const places: readonly (readonly [string, string])[] = [
	['', '2:1'],
	['/plain', '2:8'],
	['/quoted key', '3:15'],
	['/list/0', '5:5'],
	['/list/1/flow/1', '6:16'],
	['/list/2', '7:3'],
	['/empty', '8:1'],
	['/merged/x', '9:17'],
	['/merged/y', '12:6'],
	['/alias/y', '9:23'],
	['/a~1b~0c', '14:8'],
	['/block', '16:3'],
	['/list/1/nowhere/else', '6:5'],
	['/nowhere', '2:1'],
];

for (const [pointer, place] of places) {
	test(`the position of ${pointer || 'the whole'}`, t => {
		const {line, column} = document.at(pointer);
		t.is(`${line}:${column}`, place);
	});
}

test('the position of a key', t => {
	const {line, column} = document.keyAt('/quoted key');
	t.is(`${line}:${column}`, '3:1');
	t.like(document.keyAt('/merged/x'), {line: 9, column: 14});
});

test('a problem shows its source line', t => {
	t.like(document.problem('wrong', '/list/1/flow'), {message: 'wrong', sourceLine: '  - {flow: [1, 2]}'});
});

test('data is read as YAML 1.2', t => {
	const {data} = parseYaml(
		'test.yml',
		'a: yes\nb: 0o17\nc: 12:30:45\nd: 2024-01-01\ne: 1_000\nf: ~\ng: 1.0\nh: !!str 7\n',
	);
	t.deepEqual(data, {a: 'yes', b: 15, c: '12:30:45', d: '2024-01-01', e: '1_000', f: null, g: 1, h: '7'});
});

test('lines may end with CRLF', t => {
	const windows = parseYaml('test.yml', 'a: 1\r\nb:\r\n  - c\r\n');
	t.deepEqual(windows.data, {a: 1, b: ['c']});
	t.like(windows.problem('wrong', '/b/0'), {position: {line: 3, column: 5}, sourceLine: '  - c'});
});

test('a pointer is restored from its parts', t => {
	fc.assert(
		fc.property(fc.array(fc.string()), names => {
			t.deepEqual(pointerParts(names.map(pointerPart).join('')), names);
		}),
	);
});

test('any text is YAML or a syntax error with a position', t => {
	const check = (any: string) => {
		try {
			const {data, source} = parseYaml('any.yml', any);
			t.notThrows(() => JSON.stringify(data));
			t.is(source.text, any);
		} catch (error) {
			t.true(
				error instanceof InputError && (error.problems[0]?.position?.line ?? 0) > 0,
				`${JSON.stringify(any)}: ${String(error)}`,
			);
		}
	};
	const piece = fc.constantFrom(
		...'a b : - ? { } [ ] , & * &a *a << ! !!str !!map | > > - " \' # % @ ` ~ --- ... \t'.split(' '),
		'\n',
		'\n  ',
		' ',
		': ',
		'- ',
		'\\',
	);
	fc.assert(
		fc.property(fc.array(piece, {maxLength: 20}), pieces => check(pieces.join(''))),
		{numRuns: 5000},
	);
	fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 80}), check), {numRuns: 1000});
});
