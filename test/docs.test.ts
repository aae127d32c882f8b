import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {Command} from 'commander';
import * as commands from '../src/cli/all-commands.ts';
import {plainPorts} from '../src/cli/ports.ts';
import {splitWords} from '../src/shell/split-words.ts';

const pages = [
	...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
	...readdirSync('docs', {recursive: true, encoding: 'utf8'})
		.filter(file => file.endsWith('.md'))
		.map(file => join('docs', file)),
];

const textOf = (page: string) => readFileSync(page, 'utf8');
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The name that GitHub and GitLab give a heading. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replaceAll(' ', '-');

const anchorsIn = (page: string) =>
	new Set([...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));

for (const page of pages) {
	test(`${page}: every link leads to a file of the project, and to a heading of it`, t => {
		const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
		const broken = links.filter(link => {
			if (/^[a-z]+:/.test(link)) return false;
			const [path = '', anchor] = link.split('#');
			const target = path === '' ? page : join(dirname(page), path);
			if (!existsSync(target)) return true;
			return anchor !== undefined && target.endsWith('.md') && !anchorsIn(target).has(anchor);
		});
		t.deepEqual(broken, []);
	});
}

/** The lines of code blocks that call vacate, without their comments. */
function callsIn(page: string): readonly string[] {
	const blocks = [...textOf(page).matchAll(/^```(?:sh|bash|console)?\n([\s\S]*?)^```/gm)].map(
		([, block = '']) => block,
	);
	return blocks
		.flatMap(block => block.replaceAll('\\\n', ' ').split('\n'))
		.map(line => line.replace(/^\$ /, '').replace(/(^|\s)#.*$/, ''))
		.filter(line => /^(sudo )?vacate /.test(line.trim()));
}

const program = new Command('vacate');
for (const create of Object.values(commands)) program.addCommand(create(plainPorts));

/** What is wrong with a call: a command or an option that does not exist. */
function mistakeIn(call: string): string | undefined {
	const words = splitWords(call).slice(call.startsWith('sudo ') ? 2 : 1);
	let command = program;
	for (const word of words) {
		const next = command.commands.find(one => one.name() === word);
		if (next === undefined) break;
		command = next;
	}
	if (command === program && !words[0]?.startsWith('-')) return `no command ${words[0]}`;
	const known = command.options.flatMap(({short, long}) => [
		short,
		long,
		/^-[a-z]$/.test(short ?? '') ? undefined : '',
	]);
	const options = words.filter(word => /^--?[a-z]/i.test(word)).map(word => word.replace(/=.*/, ''));
	return options
		.filter(word => !known.includes(word) && !/^-v+$/.test(word) && !['--help', '--version', '-h'].includes(word))
		.map(word => `${command.name()} has no option ${word}`)[0];
}

for (const page of pages) {
	const calls = callsIn(page);
	if (calls.length === 0) continue;
	test(`${page}: every command and option in its examples exists`, t => {
		for (const call of calls) t.is(mistakeIn(call), undefined, call);
	});
}
