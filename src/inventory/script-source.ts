import {nearest} from '../spelling/nearest.ts';
import {isMapping} from '../template/value.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {DraftGroup, InventoryDraft} from './draft.ts';
import {defineForGroup} from './group-variable.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {define} from './variable.ts';

/** The answer of a script about a single host. */
export type HostAnswer = {
	readonly document: YamlDocument;
	readonly data: unknown;
	readonly reading: InventoryLoadContext;
};

const groupKeys = ['hosts', 'vars', 'children'];

/**
 * Reads the output of a script for `--list`. Names are taken literally: no ranges, no ports.
 *
 * @param answers Its output for `--host NAME`, if that of `--list` has no `_meta.hostvars`.
 */
export function readScriptInventory(
	document: YamlDocument,
	data: unknown,
	answers: ReadonlyMap<string, HostAnswer>,
	draft: InventoryDraft,
	reading: InventoryLoadContext,
): void {
	const {problems, source} = reading;
	const named = new Set<string>();
	if (!isMapping(data)) {
		problems.push(document.problem('the script must print a mapping of groups', ''));
		return;
	}
	for (const [name, body] of Object.entries(data)) if (name !== '_meta') readGroup(name, body, pointerPart(name));
	const meta = hostVarsOf(data);
	for (const name of named) {
		if (meta !== undefined)
			readVars(name, meta[name], `/_meta/hostvars${pointerPart(name)}`, {document, data, reading});
		const answer = answers.get(name);
		if (answer !== undefined) readVars(name, answer.data, '', answer);
	}

	function readGroup(name: string, body: unknown, pointer: string): void {
		const group = draft.group(name);
		if (!isMapping(body)) {
			readHosts(group, body, pointer);
			return;
		}
		if (!groupKeys.some(key => Object.hasOwn(body, key))) {
			readHosts(group, [name], pointer);
			readGroupVars(group, body, pointer);
			return;
		}
		for (const key of Object.keys(body).filter(key => !groupKeys.includes(key))) {
			problems.push(
				document.problemAtKey(`unknown key '${key}' in a group`, pointer + pointerPart(key), nearest(key, groupKeys)),
			);
		}
		if (Object.hasOwn(body, 'hosts')) readHosts(group, body.hosts, `${pointer}/hosts`);
		if (Object.hasOwn(body, 'vars')) readGroupVars(group, body.vars, `${pointer}/vars`);
		for (const [index, child] of names(body.children ?? [], `${pointer}/children`, 'children')) {
			const place = `${pointer}/children/${index}`;
			draft.child(name, child, (message, hint) => document.problem(message, place, hint));
		}
	}

	function readHosts(group: DraftGroup, hosts: unknown, pointer: string): void {
		for (const [, host] of names(hosts, pointer, 'hosts')) {
			named.add(host);
			draft.host(host, group.name, source.file, {});
		}
	}

	function names(list: unknown, pointer: string, what: string): readonly (readonly [number, string])[] {
		if (Array.isArray(list) && list.every(name => typeof name === 'string' && name !== '')) return [...list.entries()];
		problems.push(document.problem(`${what} must be a list of names`, pointer));
		return [];
	}

	function readGroupVars(group: DraftGroup, vars: unknown, pointer: string): void {
		for (const [name, value] of mapping(vars, pointer, {document, data, reading})) {
			const at = (below: string, index?: number) => document.at(below, index);
			defineForGroup(group, name, value, at, pointer + pointerPart(name), reading);
		}
	}

	function readVars(host: string, vars: unknown, pointer: string, answer: HostAnswer): void {
		const own = draft.hosts.get(host)?.vars ?? {};
		for (const [name, value] of mapping(vars, pointer, answer)) {
			const at = (below: string, index?: number) => answer.document.at(below, index);
			define(own, name, value, at, pointer + pointerPart(name), answer.reading);
		}
	}

	function mapping(vars: unknown, pointer: string, answer: HostAnswer): readonly (readonly [string, unknown])[] {
		if (vars === undefined || vars === null) return [];
		if (isMapping(vars)) return Object.entries(vars);
		problems.push(answer.document.problem('variables must be a mapping', pointer));
		return [];
	}
}

/** The variables of all hosts, if the script prints them at once. */
export function hostVarsOf(data: unknown): Readonly<Record<string, unknown>> | undefined {
	const meta = isMapping(data) ? data._meta : undefined;
	const vars = isMapping(meta) ? meta.hostvars : undefined;
	return isMapping(vars) ? vars : undefined;
}

/** The hosts named in a script's groups. */
export function hostsNamed(data: unknown): readonly string[] {
	if (!isMapping(data)) return [];
	const groups = Object.entries(data).filter(([name]) => name !== '_meta');
	const hosts = groups.flatMap(([name, body]) => {
		if (!isMapping(body)) return body;
		return groupKeys.some(key => Object.hasOwn(body, key)) ? (body.hosts ?? []) : [name];
	});
	return [...new Set(hosts.filter(name => typeof name === 'string'))];
}
