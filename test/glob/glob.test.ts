import test from 'ava';
import {glob, globWithSets, type Matches} from '../../src/glob/glob.ts';

type Row = {readonly pattern: string; readonly yes: readonly string[]; readonly no: readonly string[]};

const rows: readonly Row[] = [
	{pattern: 'web1', yes: ['web1'], no: ['web', 'web12', 'WEB1']},
	{pattern: 'web*', yes: ['web', 'web1', 'web\n1'], no: ['aweb']},
	{pattern: '*.example', yes: ['.example', 'a.b.example'], no: ['aexample', 'a.examples']},
	{pattern: 'db?', yes: ['db1', 'db🐄'], no: ['db', 'db12']},
	{pattern: 'a*b*c', yes: ['abc', 'axbxbxc'], no: ['acb', 'abcd']},
	{pattern: '', yes: [''], no: ['a']},
	{pattern: '**', yes: ['', 'a'], no: []},
	{pattern: 'a+(b)|c^$\\', yes: ['a+(b)|c^$\\'], no: ['aab']},
];

const setRows: readonly Row[] = [
	{pattern: 'web[1-3]', yes: ['web1', 'web3'], no: ['web4', 'web']},
	{pattern: 'web[!1-3]*', yes: ['web4', 'web99', 'web🐄'], no: ['web1', 'web']},
	{pattern: 'a[]b]', yes: ['a]', 'ab'], no: ['a']},
	{pattern: 'a[b', yes: ['a[b'], no: ['ab']},
];

function check(kind: string, compile: (pattern: string) => Matches, all: readonly Row[]): void {
	for (const {pattern, yes, no} of all) {
		test(`${kind} '${pattern}'`, t => {
			const matches = compile(pattern);
			t.deepEqual(yes.filter(matches), [...yes]);
			t.deepEqual(no.filter(matches), []);
		});
	}
}

check('the pattern', glob, rows);
check('with sets, the pattern', globWithSets, [...rows, ...setRows]);

test('brackets are themselves where sets are not meant', t => {
	t.true(glob('web[1-3]')('web[1-3]'));
	t.false(glob('web[1-3]')('web1'));
});

test('a range that ends before it begins is refused', t => {
	t.throws(() => globWithSets('[z-a]'), {instanceOf: SyntaxError});
});

test('a hostile pattern takes no more steps than characters for each of its signs', t => {
	const matches = glob(`${'*a'.repeat(50)}*b`);
	t.false(matches('a'.repeat(5000)));
});
