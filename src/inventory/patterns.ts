import {InputError, type Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {isAddressOf6} from './address.ts';
import type {Host, Inventory} from './inventory.ts';
import {matcherOf} from './matcher.ts';
import {localNames} from './this-machine.ts';

/** Creates a problem at the position of the pattern. */
type Problems = (message: string, hint?: string) => Problem;

/**
 * The hosts of an Ansible host pattern, in its order: names and groups joined by `:` or `,`, `&` for an intersection,
 * `!` for an exclusion, globs, `~` for a regular expression, `[0]` or `[1:3]` for a slice of a group.
 *
 * @throws InputError if a part matches nothing or no host remains.
 */
export function matchHosts(inventory: Inventory, pattern: string, problem: Problems = bare): readonly string[] {
	const parts = splitPattern(pattern, inventory);
	const plain = parts.filter(part => !/^[&!]/.test(part));
	const marked = (mark: string) =>
		parts.filter(part => part.startsWith(mark)).map(part => new Set(matchPart(inventory, part.slice(1), problem)));
	const union = (plain.length === 0 ? ['all'] : plain).flatMap(part =>
		inventory.hosts.get(part)?.implicit === false ? [part] : matchPart(inventory, part, problem),
	);
	const [required, excluded] = [marked('&'), marked('!')];
	const hosts = [...new Set(union)].filter(
		host => required.every(names => names.has(host)) && !excluded.some(names => names.has(host)),
	);
	if (parts.length === 0 || hosts.length === 0)
		throw new InputError([problem(`the pattern '${pattern}' matches no hosts`)]);
	return hosts;
}

/** A pattern is split at commas and colons, except inside brackets and in a name or an IPv6 address. */
function splitPattern(pattern: string, {hosts, groups}: Inventory): readonly string[] {
	return pattern
		.split(/,(?![^[]*\])/)
		.flatMap(piece => {
			const trimmed = piece.trim();
			const name = trimmed.replace(/^[&!]/, '');
			const isWhole = hosts.has(name) || groups.has(name) || isAddressOf6(name);
			return isWhole ? [trimmed] : (piece.match(/(?:[^\s:[\]]|\[[^\]]*\]?)+/g) ?? []);
		})
		.filter(part => part !== '');
}

function matchPart(inventory: Inventory, part: string, problem: Problems): readonly string[] {
	const isExpression = part.startsWith('~');
	const [, name = part, subscript] = (isExpression ? null : /^(.+)\[(-?\d+|\d+[:-]\d*)\]$/.exec(part)) ?? [];
	const {hosts, known} = matchName(inventory, name, problem);
	if (!known) {
		const hint = nearest(name, [...inventory.groups.keys(), ...inventory.hosts.keys()]);
		throw new InputError([problem(`no host or group '${name}' in the inventory`, hint)]);
	}
	return subscript === undefined ? hosts : pick(hosts, subscript);
}

/** Groups take precedence; a host with the same name counts only if the name is a glob or a regular expression. */
function matchName(
	{groups, hosts}: Inventory,
	name: string,
	problem: Problems,
): {readonly hosts: readonly string[]; readonly known: boolean} {
	const group = groups.get(name);
	const host = hosts.get(name) ?? thisMachine(name, hosts);
	if (group !== undefined && (host === undefined || !name.includes('.'))) return {hosts: group.hosts, known: true};
	const matches = matcherOf(name, problem);
	if (matches === undefined) {
		const names = [...(group?.hosts ?? []), ...(host === undefined ? [] : [host.name])];
		return {hosts: [...new Set(names)], known: names.length > 0};
	}
	const matchedGroups = [...groups.values()].filter(({name}) => matches(name));
	const matchedHosts = [...hosts.values()].filter(({name, implicit}) => !implicit && matches(name));
	return {
		hosts: [...new Set([...matchedGroups.flatMap(({hosts}) => hosts), ...matchedHosts.map(({name}) => name)])],
		known: matchedGroups.length > 0 || matchedHosts.length > 0,
	};
}

/** This machine, under any of its names in the inventory. */
function thisMachine(name: string, hosts: Inventory['hosts']): Host | undefined {
	return localNames.includes(name) ? [...hosts.values()].find(host => localNames.includes(host.name)) : undefined;
}

/** `0`, `-1`, `1:3` (inclusive) or `3:`. */
function pick(hosts: readonly string[], subscript: string): readonly string[] {
	const [, from = '', to] = /^(-?\d+)(?:[:-](\d*))?$/.exec(subscript) ?? [];
	if (to !== undefined) return hosts.slice(Number(from), to === '' ? undefined : Number(to) + 1);
	const host = hosts.at(Number(from));
	return host === undefined ? [] : [host];
}

function bare(message: string, hint?: string): Problem {
	return {message, ...(hint === undefined ? {} : {hint})};
}
