import {spawnSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {InputError} from '../../../src/errors.ts';
import {readPythonLiteral} from '../../../src/inventory/python-literal.ts';
import {splitWords} from '../../../src/inventory/split-words.ts';
import {parseYaml} from '../../../src/yaml/document.ts';

type Answer = {readonly words: readonly string[] | null; readonly literal: Value | null; readonly scalar: Value | null};
type Value = {readonly value: unknown};

/** Ten thousand texts at once: Python starts but once. */
const count = 10_000;
const pieces = [
	...['1', '0', '-', '+', '.', '_', '12', '0x1F', '0o17', '0b2', 'e3', 'j', 'True', 'False', 'None', 'abc', 'x'],
	...[
		"'",
		'"',
		"'a'",
		'"b c"',
		"'''",
		'"""',
		'\\',
		"\\'",
		'\\"',
		'\\n',
		'\\x41',
		'\\u00e9',
		'\\101',
		'\\q',
		'r',
		'b',
		'u',
		'f',
	],
	...['[', ']', '(', ')', '{', '}', ',', ',', ':', '=', '#', ' ', ' ', '\t', 'é', '*', '{{', '}}', '%', ';'],
];

function ask(texts: readonly string[]): readonly Answer[] {
	const script = new URL('../../../../test/conformance/inventory/python.py', import.meta.url).pathname;
	const {stdout, stderr} = spawnSync('/usr/bin/python3', [script], {
		input: JSON.stringify(texts),
		encoding: 'utf8',
		maxBuffer: 2 ** 28,
	});
	if (stdout === '') throw new Error(stderr);
	return JSON.parse(stdout) as readonly Answer[];
}

const texts = fc.sample(
	fc.array(fc.constantFrom(...pieces), {maxLength: 9}).map(parts => parts.join('')),
	count,
);
/** To Python 1 and True are one key. */
const keys = ["'a'", '"b"', "b'c'", '1', '-2', '1_0', 'None', '1.5', "'x' 'y'"];
/** Values that Python takes, for of random pieces few are. */
const values = fc.sample(
	fc.letrec<{value: string; leaf: string}>(tie => ({
		leaf: fc.constantFrom(
			'1',
			'-2',
			'1.5',
			"'a'",
			'"b"',
			'None',
			'True',
			"b'c'",
			"r'\\d'",
			"'x' 'y'",
			'1_0',
			'0xF',
			'""',
			"'\\n'",
		),
		value: fc.oneof(
			{maxDepth: 4},
			tie('leaf'),
			fc.array(tie('value'), {maxLength: 3}).map(items => `[${items.join(', ')}]`),
			fc.array(tie('value'), {maxLength: 3}).map(items => `(${items.map(item => `${item},`).join(' ')})`),
			fc.array(tie('value'), {minLength: 1, maxLength: 3}).map(items => items.join(',')),
			fc
				.array(fc.tuple(fc.constantFrom(...keys), tie('value')), {maxLength: 3})
				.map(pairs => `{${pairs.map(([key, value]) => `${key} : ${value}`).join(',')}}`),
		),
	})).value,
	count,
);

const scalars = fc.sample(
	fc.oneof(
		fc
			.array(fc.constantFrom(...'0 0 1 7 9 60 _ . . + - : x 0x 0b 0o e E e+ e- f'.split(' ')), {
				minLength: 1,
				maxLength: 6,
			})
			.map(parts => parts.join('')),
		fc.constantFrom(
			...'y Y n N yes Yes YES yEs no No NO on On ON off Off OFF true True TRUE tRue false null Null NULL nULL ~ None'.split(
				' ',
			),
		),
		fc
			.tuple(fc.integer({min: 1900, max: 2100}), fc.integer({min: 1, max: 12}), fc.integer({min: 1, max: 28}))
			.map(parts => parts.map(part => String(part).padStart(2, '0')).join('-')),
	),
	count,
);

test('a scalar without quotes is what PyYAML reads, but for numbers that JSON does not have', t => {
	const answers = ask(scalars);
	let taken = 0;
	for (const [index, text] of scalars.entries()) {
		const read = readScalar(text);
		const answer = answers[index]?.scalar;
		// PyYAML ends with an error at 0x_ and its like.
		if (read === undefined || answer === null) continue;
		taken += 1;
		t.is(JSON.stringify(read), JSON.stringify(answer), text);
	}
	t.true(taken > count / 2, `only ${taken} were read`);
});

function readScalar(text: string): Value | undefined {
	try {
		return {value: (parseYaml('scalar.yml', `a: ${text}\n`, 'ansible').data as {readonly a: unknown}).a};
	} catch (error) {
		if (error instanceof InputError) return undefined;
		throw error;
	}
}

test('a line is parted into the words into which Python parts it', t => {
	const answers = ask(texts);
	for (const [index, text] of texts.entries()) {
		const words = splitWords(text);
		t.deepEqual('message' in words ? null : words.map(word => word.text), answers[index]?.words, text);
	}
});

test('a value is read as Python reads it, and what it does not take is a text', t => {
	let taken = 0;
	const all = [...texts, ...values];
	const answers = ask(all);
	for (const [index, text] of all.entries()) {
		const literal = readPythonLiteral(text) ?? null;
		if (literal !== null) taken += 1;
		// As JSON, in which there is but one zero.
		t.is(JSON.stringify(literal), JSON.stringify(answers[index]?.literal), text);
	}
	t.true(taken > count / 2, `only ${taken} were values`);
});
