import {readdirSync, readFileSync} from 'node:fs';
import {basename} from 'node:path';
import test from 'ava';
import * as commands from '../../src/cli/all-commands.ts';
import {commandGroups} from '../../src/cli/command-groups.ts';
import {plainPorts} from '../../src/cli/ports.ts';

const cli = new URL('../../../src/cli/', import.meta.url);
const files = readdirSync(new URL('commands/', cli)).map(String).sort();
const textOf = (file: string) => readFileSync(new URL(file, cli), 'utf8');

/** `disks-clean.ts` makes `disksCleanCommand`. */
function functionOf(file: string): string {
	const words = basename(file, '.ts').split('-');
	return `${words.map((word, index) => (index === 0 ? word : `${word[0]?.toUpperCase()}${word.slice(1)}`)).join('')}Command`;
}

test('each file of commands makes one command, which has the name of the file', t => {
	const made = files.map(file =>
		[...textOf(`commands/${file}`).matchAll(/^export function (\w+Command)\(/gm)].map(([, name]) => name),
	);
	t.deepEqual(
		made,
		files.map(file => [functionOf(file)]),
	);
});

test('each command is one line of all-commands.ts, or is a subcommand of one that is', t => {
	const listed = textOf('all-commands.ts').split('\n');
	// `vacate complete` is hidden: it completes all others.
	const unlisted = files.filter(file => !listed.includes(`export {${functionOf(file)}} from './commands/${file}';`));
	const subcommands = unlisted
		.filter(file => file !== 'complete.ts')
		.filter(file => textOf(`commands/${file.replace(/-\w+\.ts$/, '.ts')}`).includes(`from './${file}'`));
	t.deepEqual(unlisted, ['complete.ts', ...subcommands]);
	t.deepEqual(subcommands, ['disks-clean.ts', 'lab-fault.ts', 'runs-clean.ts']);
});

test('each command is in a group of vacate --help', t => {
	const groups: readonly string[] = Object.values(commandGroups);
	for (const create of Object.values(commands)) {
		const command = create(plainPorts);
		t.true(groups.includes(command.helpGroup()), command.name());
	}
});
