import {type InventoryQuestion, inventoryAnswer} from '../../../src/cli/commands/inventory.ts';
import {InputError} from '../../../src/errors.ts';
import {problemsText} from '../../../src/views/problems.ts';
import {parseYaml} from '../../../src/yaml/document.ts';
import type {Oracle} from '../oracle.ts';

/** What a program says of an inventory: data that can be compared, or that it refuses. */
export type Said = {readonly data: unknown} | {readonly refused: string};

/** What is asked, and of which inventories. */
export type Asked = {
	/** `list`, `yaml`, `graph`, `graph GROUP`, `host NAME`, `hosts PATTERN`. */
	readonly question: string;
	/** What `-i` names: absolute paths, or lists of hosts. */
	readonly sources: readonly string[];
	readonly playbookFolder?: string;
};

/** Debian's Ansible. */
export async function askAnsible(oracle: Oracle, {question, sources, playbookFolder}: Asked): Promise<Said> {
	const [kind = '', ...rest] = question.split(' ');
	const operand = rest.join(' ');
	const given = sources.flatMap(source => ['-i', source]);
	const beside = playbookFolder === undefined ? [] : ['--playbook-dir', playbookFolder];
	const argv = {
		list: ['--list'],
		yaml: ['--list', '--yaml'],
		graph: operand === '' ? ['--graph'] : ['--graph', operand],
		host: ['--host', operand],
	}[kind];
	const asked =
		argv === undefined
			? {program: 'ansible', argv: [...given, operand, '--list-hosts']}
			: {program: 'ansible-inventory', argv: [...given, ...beside, ...argv]};
	const {code, stdout, stderr} = await oracle.ask({...asked, cwd: '/'});
	if (code !== 0) return {refused: stderr};
	return {
		data:
			argv === undefined
				? stdout
						.trim()
						.split(/\s*\n\s*/)
						.slice(1)
				: dataOf(kind, stdout),
	};
}

export async function askVacate({question, sources, playbookFolder}: Asked): Promise<Said> {
	const [kind = '', ...rest] = question.split(' ');
	const operand = rest.join(' ');
	const options: Readonly<Record<string, InventoryQuestion>> = {
		list: {list: true},
		yaml: {list: true, yaml: true},
		graph: {graph: operand === '' ? true : operand},
		host: {host: operand},
		hosts: {hosts: operand, json: true},
	};
	const beside = playbookFolder === undefined ? {} : {playbookDir: [playbookFolder]};
	try {
		return {data: dataOf(kind, await inventoryAnswer({inventory: sources, ...beside, ...options[kind]}))};
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		return {refused: problemsText(error.problems)};
	}
}

function dataOf(kind: string, text: string): unknown {
	if (kind === 'graph') return text.trimEnd().split('\n');
	return kind === 'yaml' ? parseYaml('printed.yml', text, 'ansible').data : JSON.parse(text);
}
