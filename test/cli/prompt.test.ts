import {spawn} from 'node:child_process';
import test from 'ava';

const prompts = new URL('../../src/cli/terminal/prompt.js', import.meta.url).href;

type Case = {
	readonly title: string;
	/** An expression that asks. */
	readonly asks: string;
	/** The question; what is typed comes when it is shown. */
	readonly question: string;
	readonly typed: string;
	/** What the expression gave, or the name of its error. */
	readonly gives: string;
	/** All that was shown of question and answer. */
	readonly shows: string;
};

const cases: readonly Case[] = [
	{
		title: 'a line is echoed',
		asks: "askLine('Name: ', 'shown')",
		question: 'Name: ',
		typed: 'web1\r',
		gives: 'web1',
		shows: 'Name: web1',
	},
	{
		title: 'a secret is not echoed, and can be corrected',
		asks: "askLine('Password: ', 'secret')",
		question: 'Password: ',
		typed: 's3cr\u007Fx\r',
		gives: 's3cx',
		shows: 'Password: ',
	},
	{
		title: 'an arrow key is no part of a secret',
		asks: "askLine('Password: ', 'secret')",
		question: 'Password: ',
		typed: 'ab\u001B[Cc\r',
		gives: 'abc',
		shows: 'Password: ',
	},
	{
		title: 'Ctrl-C interrupts',
		asks: "askLine('Password: ', 'secret')",
		question: 'Password: ',
		typed: 'ab\u0003',
		gives: 'InterruptedError',
		shows: 'Password: ',
	},
	{
		title: 'Ctrl-D is an empty answer',
		asks: "askLine('Password: ', 'secret')",
		question: 'Password: ',
		typed: '\u0004',
		gives: '',
		shows: 'Password: ',
	},
	{
		title: 'a signal ends the question',
		asks: "askLine('Name: ', 'shown', AbortSignal.timeout(100))",
		question: 'Name: ',
		typed: '',
		gives: 'InterruptedError',
		shows: 'Name: ',
	},
	{
		title: 'yes is yes',
		asks: "askYes('Apply this plan?')",
		question: '[y/N] ',
		typed: 'YES\r',
		gives: 'true',
		shows: 'Apply this plan? [y/N] YES',
	},
	{
		title: 'an empty answer is no',
		asks: "askYes('Apply this plan?')",
		question: '[y/N] ',
		typed: '\r',
		gives: 'false',
		shows: 'Apply this plan? [y/N] ',
	},
	{
		title: 'Ctrl-D is no',
		asks: "askYes('Apply this plan?')",
		question: '[y/N] ',
		typed: '\u0004',
		gives: 'false',
		shows: 'Apply this plan? [y/N] ',
	},
	{
		title: 'Ctrl-C interrupts a question for yes or no',
		asks: "askYes('Apply this plan?')",
		question: '[y/N] ',
		typed: '\u0003',
		gives: 'InterruptedError',
		shows: 'Apply this plan? [y/N] ',
	},
];

/** A program that asks, and prints the answer between two marks. */
function programOf(asks: string): string {
	return `import {askLine, askYes} from ${JSON.stringify(prompts)};
const answer = await ${asks}.then(String, error => error.constructor.name);
process.stdout.write('<' + answer + '>\\n');`;
}

/** Runs the program on a terminal of its own, and types when the question is there. */
function typeInto(code: string, question: string, typed: string): Promise<string> {
	const program = `'${process.execPath}' --input-type=module -e "$PROGRAM"`;
	const child = spawn('script', ['-qec', program, '/dev/null'], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: {...process.env, PROGRAM: code, TERM: 'xterm'},
	});
	// A program that a signal has ended reads nothing more; what it has shown tells.
	child.stdin.on('error', () => {});
	let shown = '';
	let asked = false;
	child.stdout.on('data', chunk => {
		shown += chunk;
		if (asked || !shown.includes(question)) return;
		asked = true;
		child.stdin.write(typed);
	});
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', () => {
			child.stdin.destroy();
			resolve(shown);
		});
	});
}

for (const {title, asks, question, typed, gives, shows} of cases) {
	test(`on a terminal, ${title}`, async t => {
		const shown = await typeInto(programOf(asks), question, typed);
		t.is(/<(.*)>/.exec(shown)?.[1], gives, JSON.stringify(shown));
		// biome-ignore lint/complexity/useRegexLiterals: an escape in a literal is hard to read.
		const plain = shown.replace(new RegExp('\\u001B\\[[0-9;?]*[A-Za-z]', 'g'), '');
		t.is(plain.slice(0, plain.indexOf('<')).trim(), shows.trim(), JSON.stringify(shown));
	});
}

test('without a terminal, a question is an error that names it', async t => {
	const child = spawn(
		'setsid',
		['--wait', process.execPath, '--input-type=module', '-e', programOf("askLine('Name: ', 'shown')")],
		{
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	let shown = '';
	child.stdout.on('data', chunk => {
		shown += chunk;
	});
	await new Promise(resolve => child.on('close', resolve));
	t.is(shown, '<PrerequisiteError>\n');
});
