import {InputError, type Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {TemplateError} from '../template/error.ts';
import {compileTemplate} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Vars} from './inventory.ts';
import {portVars, splitPort} from './port.ts';
import {expandRanges} from './ranges.ts';
import type {SourceGroup, SourceHost, SourceInventory} from './source.ts';

const groupKeys = ['hosts', 'vars', 'children'];

/**
 * Reads an Ansible inventory in YAML.
 *
 * @throws InputError with all mistakes.
 */
export function readYamlInventory(document: YamlDocument): SourceInventory {
	const problems: Problem[] = [];
	const groups = new Map<string, SourceGroup>();
	const hosts = new Map<string, SourceHost>();
	const {data} = document;

	if (!isMapping(data)) {
		throw new InputError([document.problem('an inventory is a mapping of groups', '', 'begin with: all:')]);
	}
	for (const [name, body] of Object.entries(data)) readGroup(name, body, pointerPart(name));
	if (problems.length > 0) throw new InputError(problems);
	return {file: document.source.file, groups, hosts};

	function readGroup(name: string, body: unknown, pointer: string): void {
		const group = groups.get(name) ?? {name, hosts: [], children: new Map(), vars: {}};
		groups.set(name, group);
		if (body === null) return;
		if (!isMapping(body)) {
			problems.push(document.problem(`group ${name} must be a mapping with hosts, vars or children`, pointer));
			return;
		}
		for (const key of Object.keys(body).filter(key => !groupKeys.includes(key))) {
			problems.push(
				document.problemAtKey(`a group has no '${key}'`, pointer + pointerPart(key), nearest(key, groupKeys)),
			);
		}
		for (const [host, vars] of mapping(body.hosts, `${pointer}/hosts`, 'hosts')) readHosts(group, host, vars, pointer);
		for (const [child, below] of mapping(body.children, `${pointer}/children`, 'children')) {
			const at = `${pointer}/children${pointerPart(child)}`;
			group.children.set(child, message => document.problemAtKey(message, at));
			readGroup(child, below, at);
		}
		Object.assign(group.vars, readVars(body.vars, `${pointer}/vars`));
	}

	function readHosts(group: SourceGroup, written: string, vars: unknown, pointer: string): void {
		const place = `${pointer}/hosts${pointerPart(written)}`;
		const {pattern, port} = splitPort(written);
		const names = expandRanges(pattern);
		if (names === undefined) {
			problems.push(
				document.problemAtKey(`'${written}' is no range of hosts`, place, 'write node[01:50] or rack[a:f]'),
			);
			return;
		}
		const own = {...portVars(port, () => document.keyAt(place)), ...readVars(vars, place)};
		for (const name of names) {
			if (!group.hosts.includes(name)) group.hosts.push(name);
			const host = hosts.get(name) ?? {name, vars: {}};
			Object.assign(host.vars, own);
			hosts.set(name, host);
		}
	}

	function readVars(vars: unknown, pointer: string): Vars {
		const read: Record<string, ReturnType<typeof compileTemplate>> = {};
		for (const [name, value] of mapping(vars, pointer, 'variables')) {
			try {
				const place = pointer + pointerPart(name);
				read[name] = compileTemplate(value, (below, index) => document.at(below, index), place);
			} catch (error) {
				if (!(error instanceof TemplateError)) throw error;
				problems.push(document.source.problem(error.message, error.position, error.hint));
			}
		}
		return read;
	}

	function mapping(value: unknown, pointer: string, what: string): readonly (readonly [string, unknown])[] {
		if (value === undefined || value === null) return [];
		if (isMapping(value)) return Object.entries(value);
		problems.push(document.problem(`${what} must be a mapping`, pointer, `end each name with a colon`));
		return [];
	}
}
