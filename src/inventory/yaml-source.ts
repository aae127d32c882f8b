import {nearest} from '../spelling/nearest.ts';
import {isMapping} from '../template/value.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {addHosts} from './add-hosts.ts';
import type {DraftGroup, InventoryDraft} from './draft.ts';
import {defineForGroup} from './group-variable.ts';
import type {InventoryLoadContext} from './load-context.ts';
import {define} from './variable.ts';

const groupKeys = ['hosts', 'vars', 'children'] as const;

/** Reads an Ansible inventory in YAML, or in JSON of the same structure. */
export function readYamlInventory(
	document: YamlDocument,
	data: unknown,
	draft: InventoryDraft,
	reading: InventoryLoadContext,
): void {
	const {problems} = reading;
	const at = (pointer: string, index?: number) => document.at(pointer, index);

	if (!isMapping(data)) {
		problems.push(document.problem('an inventory must be a mapping of groups', '', 'begin with: all:'));
		return;
	}
	if (typeof data.plugin === 'string') {
		const hint = 'use an executable script that prints the hosts as JSON';
		problems.push(document.problem(`the inventory plugin '${data.plugin}' is not supported`, '/plugin', hint));
		return;
	}
	for (const [name, body] of Object.entries(data)) readGroup(name, body, pointerPart(name));

	function readGroup(name: string, body: unknown, pointer: string): void {
		if (name === '') problems.push(document.problemAtKey('a group must have a name', pointer));
		const group = draft.group(name);
		if (body === null) return;
		if (!isMapping(body)) {
			problems.push(document.problem(`group ${name} must be a mapping with hosts, vars or children`, pointer));
			return;
		}
		for (const [key, part] of Object.entries(body)) readPart(group, key, part, pointer + pointerPart(key));
	}

	function readPart(group: DraftGroup, key: string, part: unknown, pointer: string): void {
		switch (key) {
			case 'hosts':
				for (const [written, vars] of mapping(part, pointer, 'hosts')) readHosts(group, written, vars, pointer);
				return;
			case 'vars':
				for (const [name, value] of mapping(part, pointer, 'variables')) {
					defineForGroup(group, name, value, at, pointer + pointerPart(name), reading);
				}
				return;
			case 'children':
				for (const [child, body] of mapping(part, pointer, 'children')) {
					const place = pointer + pointerPart(child);
					readGroup(child, body, place);
					draft.child(group.name, child, (message, hint) => document.problemAtKey(message, place, hint));
				}
				return;
			default:
				problems.push(document.problemAtKey(`unknown key '${key}' in a group`, pointer, nearest(key, groupKeys)));
		}
	}

	function readHosts(group: DraftGroup, written: string, vars: unknown, pointer: string): void {
		const place = pointer + pointerPart(written);
		const hosts = addHosts(written, group.name, draft, reading, () => document.keyAt(place));
		const own = {};
		for (const [name, value] of mapping(vars, place, 'variables')) {
			define(own, name, value, at, place + pointerPart(name), reading);
		}
		for (const host of hosts) Object.assign(host.vars, own);
	}

	/** A single name stands for a mapping with that key, as in Ansible. */
	function mapping(value: unknown, pointer: string, what: string): readonly (readonly [string, unknown])[] {
		if (value === undefined || value === null) return [];
		if (isMapping(value)) return Object.entries(value);
		if (typeof value === 'string' && what !== 'variables') return [[value, null]];
		problems.push(document.problem(`${what} must be a mapping`, pointer, 'end each name with a colon'));
		return [];
	}
}
