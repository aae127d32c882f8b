import type {Position} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import type {YamlSource} from '../yaml/source.ts';
import {addHosts} from './add-hosts.ts';
import type {InventoryDraft, Tell} from './draft.ts';
import {defineForGroup} from './group-variable.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {readPythonLiteral} from './python-literal.ts';
import {splitWords} from './split-words.ts';
import {define} from './variable.ts';

const kinds = ['hosts', 'children', 'vars'] as const;
type Kind = (typeof kinds)[number];

/** A trimmed line, and its offset in the text. */
type Line = {readonly text: string; readonly offset: number};

/** Reads an Ansible inventory in INI format. */
export function readIniInventory(draft: InventoryDraft, reading: InventoryLoadContext): void {
	const {source, problems} = reading;
	/**
	 * Children that are not defined yet, with their parents; groups with variables that are not defined yet, with the
	 * position.
	 */
	const children = new Map<string, Map<string, Tell>>();
	const variables = new Map<string, Tell>();
	let group = 'ungrouped';
	let kind: Kind = 'hosts';

	for (const line of linesOf(source)) {
		if (/^[;#]/.test(line.text)) continue;
		const [, name, written] = /^\[([^:\]\s]+)(?::([\p{L}\p{N}_]+))?\]\s*(?:#.*)?$/u.exec(line.text) ?? [];
		if (name !== undefined) openSection(line, name, written ?? 'hosts');
		else if (/^\[.*\]$/.test(line.text)) complain(line, 0, `'${line.text}' is not a valid section`, sections);
		else if (kind === 'hosts') readHost(line);
		else if (kind === 'vars') readVariable(line);
		else readChild(line);
	}
	for (const [name, tell] of variables) {
		problems.push(tell(`variables for the undefined group '${name}'`, nearest(name, knownGroups())));
	}
	for (const [name, parents] of children) {
		for (const tell of parents.values())
			problems.push(tell(`group '${name}' is not defined`, nearest(name, knownGroups())));
	}

	function openSection(line: Line, name: string, written: string): void {
		const known = kinds.find(known => known === written);
		if (known === undefined) {
			const hint = nearest(written, kinds) ?? 'use hosts, children or vars';
			complain(line, line.text.indexOf(':') + 1, `'${written}' is not a section type`, hint);
		}
		group = name;
		kind = known ?? 'hosts';
		if (kind === 'vars' && !draft.groups.has(name) && !children.has(name)) variables.set(name, tellAt(line, 1));
		draft.group(name);
		if (kind === 'vars') return;
		variables.delete(name);
		for (const [parent, tell] of children.get(name) ?? []) draft.child(parent, name, tell);
		children.delete(name);
	}

	function readChild(line: Line): void {
		const [, name] = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line.text) ?? [];
		if (name === undefined) {
			complain(line, 0, `'${line.text}' is not a group name`, 'write one name per line');
			return;
		}
		const tell = tellAt(line, 0);
		if (draft.groups.has(name)) {
			draft.child(group, name, tell);
			return;
		}
		children.set(name, (children.get(name) ?? new Map<string, Tell>()).set(group, tell));
	}

	function readVariable(line: Line): void {
		const sign = line.text.indexOf('=');
		if (sign < 0) {
			complain(line, 0, 'expected a variable as name=value', 'list hosts in a section without :vars');
			return;
		}
		const name = line.text.slice(0, sign).trim();
		const value = line.text.slice(sign + 1).trim();
		const start = line.text.length - value.length;
		const {data, at} = readValue(value, index => position(line, start + index));
		defineForGroup(draft.group(group), name, data, at, '', reading);
	}

	function readHost(line: Line): void {
		const words = splitWords(line.text);
		if ('message' in words) {
			complain(line, words.column, words.message);
			return;
		}
		const [first, ...rest] = words;
		if (first === undefined) return;
		if (first.text === '---' || first.text.endsWith(':')) {
			complain(line, 0, `'${first.text}' is not a host`, 'a YAML file must end in .yml or begin with ---');
			return;
		}
		const hosts = addHosts(first.text, group, draft, reading, () => position(line, first.start));
		const own = {};
		for (const {text, columns, start} of rest) {
			const sign = text.indexOf('=');
			if (sign < 0) {
				const hint = 'use name=value, and quote a value that contains spaces';
				complain(line, start, `'${text}' is not a host variable`, hint);
				continue;
			}
			const end = (columns.at(-1) ?? start) + 1;
			const {data, at} = readValue(text.slice(sign + 1), index => position(line, columns[sign + 1 + index] ?? end));
			define(own, text.slice(0, sign), data, at, '', reading);
		}
		for (const host of hosts) Object.assign(host.vars, own);
	}

	function complain(line: Line, column: number, message: string, hint?: string): void {
		problems.push(tellAt(line, column)(message, hint));
	}

	function tellAt(line: Line, column: number): Tell {
		return (message, hint) => source.problem(message, position(line, column), hint);
	}

	function position({offset}: Line, column: number): Position {
		return source.positionAt(offset + column);
	}

	function knownGroups(): readonly string[] {
		return [...draft.groups.keys()].filter(name => !variables.has(name));
	}
}

const sections = 'use [group], [group:children] or [group:vars], without spaces';

/** A value in Python's notation, or otherwise a plain string, with the positions of its characters. */
function readValue(
	text: string,
	at: (index: number) => Position,
): {readonly data: unknown; readonly at: (pointer: string, index?: number) => Position} {
	const literal = readPythonLiteral(text);
	if (literal === undefined) return {data: text, at: (_, index = 0) => at(index)};
	const quote = typeof literal.value === 'string' ? 1 : 0;
	return {data: literal.value, at: (_, index) => at(index === undefined ? 0 : index + quote)};
}

/** The lines that are not empty; lines are split as Python does. */
function linesOf({text}: YamlSource): readonly Line[] {
	return [...text.matchAll(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+/g)]
		.map(({0: line, index}) => ({text: line.trim(), offset: index + line.length - line.trimStart().length}))
		.filter(({text}) => text !== '');
}
