import {createHash} from 'node:crypto';
import {DOMParser} from '@xmldom/xmldom';
import test from 'ava';
import {
	fileProblem,
	type Validation,
	type ValidationFormat,
	validationText,
} from '../../src/views/validation/formats.ts';

const broken: Validation = {
	tool: {name: 'vacate', version: '0.1.0'},
	playbooks: [
		{
			file: 'a b/p,1.yml',
			problems: [
				{file: 'a b/p,1.yml', line: 3, column: 5, message: 'unknown key <hots>: 100 %', hint: 'did you mean hosts?'},
				{file: 'tasks.yml', line: 1, column: 1, message: 'not a\nlist'},
			],
		},
		{file: 'good.yml', problems: []},
	],
};

const dataOf = (format: ValidationFormat, validation = broken) => JSON.parse(validationText(validation, format));

test('json lists the files and each error with its position and hint', t => {
	t.deepEqual(dataOf('json'), {
		version: 1,
		valid: false,
		files: ['a b/p,1.yml', 'good.yml'],
		problems: broken.playbooks[0]?.problems,
	});
});

test('sarif names each file as a URI, with line and column', t => {
	const {version, runs} = dataOf('sarif');
	t.is(version, '2.1.0');
	t.is(runs[0].tool.driver.version, '0.1.0');
	t.deepEqual(runs[0].results[0], {
		ruleId: 'invalid-input',
		ruleIndex: 0,
		level: 'error',
		message: {text: 'unknown key <hots>: 100 % (did you mean hosts?)'},
		locations: [
			{
				physicalLocation: {
					artifactLocation: {uri: 'a%20b/p%2C1.yml'},
					region: {startLine: 3, startColumn: 5},
				},
			},
		],
	});
	t.is(runs[0].results.length, 2);
});

test('junit has a test for each playbook, which fails with all of its errors', t => {
	const text = validationText(broken, 'junit');
	const suite = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagName('testsuite')[0];
	t.is(suite?.getAttribute('tests'), '2');
	t.is(suite?.getAttribute('failures'), '1');
	const failures = [...(suite?.getElementsByTagName('failure') ?? [])];
	t.deepEqual(
		failures.map(one => one.textContent),
		['a b/p,1.yml:3:5: unknown key <hots>: 100 % (did you mean hosts?)\ntasks.yml:1:1: not a\\nlist'],
	);
});

test('gitlab has a fingerprint that a moved line does not change, and that differs for equal errors', t => {
	const problem = {file: 'p.yml', line: 7, column: 1, message: 'm'};
	const reportFor = (...lines: readonly number[]) =>
		dataOf('gitlab', {...broken, playbooks: [{file: 'p.yml', problems: lines.map(line => ({...problem, line}))}]});
	t.deepEqual(reportFor(7), [
		{
			description: 'm',
			check_name: 'vacate-validate',
			fingerprint: createHash('sha256').update('p.yml\nm\n1').digest('hex'),
			severity: 'major',
			location: {path: 'p.yml', lines: {begin: 7}},
		},
	]);
	t.is(reportFor(8)[0].fingerprint, reportFor(7)[0].fingerprint);
	const [one, other] = reportFor(7, 8);
	t.not(one.fingerprint, other.fingerprint);
});

test('github annotates each line, and no text of a file is read as a command or a property', t => {
	t.is(
		validationText(broken, 'github'),
		`::error file=a b/p%2C1.yml,line=3,col=5,title=vacate validate::unknown key <hots>: 100 %25 (did you mean hosts?)
::error file=tasks.yml,line=1,col=1,title=vacate validate::not a\\nlist
`,
	);
});

test('without errors, each format has its own empty form', t => {
	const valid: Validation = {...broken, playbooks: [{file: 'good.yml', problems: []}]};
	t.deepEqual(dataOf('json', valid), {version: 1, valid: true, files: ['good.yml'], problems: []});
	t.deepEqual(dataOf('sarif', valid).runs[0].results, []);
	t.deepEqual(dataOf('gitlab', valid), []);
	t.is(validationText(valid, 'github'), '');
	t.regex(validationText(valid, 'junit'), /tests="1" failures="0"/);
});

test('an error without a position is at the start of its playbook', t => {
	const made = fileProblem({message: 'cannot read it'}, '/project/p.yml', file => file.replace('/project/', ''));
	t.deepEqual(made, {file: 'p.yml', line: 1, column: 1, message: 'cannot read it'});
});
