import {InputError, type Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Inventory} from './inventory.ts';

/** Makes a problem at the place where the pattern was written. */
type Problems = (message: string, hint?: string) => Problem;

/**
 * The hosts of an Ansible host pattern, in the inventory's order: names and groups joined by `:` or `,`, `&` for those
 * also in, `!` for those not in, globs, `~` and a regular expression, `[0]` or `[1:3]` for some of a group.
 *
 * @throws InputError when a part names nothing, or nothing is left.
 */
export function matchHosts(inventory: Inventory, pattern: string, problem: Problems = bare): readonly string[] {
	const parts = splitPattern(pattern);
	const included = parts.filter(part => !/^[&!]/.test(part));
	const union = new Set(
		(included.length === 0 ? ['all'] : included).flatMap(part => matchPart(inventory, part, problem)),
	);
	const required = parts.filter(part => part.startsWith('&')).map(part => matchPart(inventory, part.slice(1), problem));
	const excluded = new Set(
		parts.filter(part => part.startsWith('!')).flatMap(part => matchPart(inventory, part.slice(1), problem)),
	);
	const hosts = [...inventory.hosts.keys()].filter(
		host => union.has(host) && !excluded.has(host) && required.every(names => names.includes(host)),
	);
	if (hosts.length === 0) throw new InputError([problem(`the pattern '${pattern}' leaves no host`)]);
	return hosts;
}

/** Colons and commas part a pattern, but not within the brackets of a subscript or of a regular expression. */
function splitPattern(pattern: string): readonly string[] {
	if (pattern.startsWith('~')) return pattern.split(',').map(part => part.trim());
	return (pattern.match(/(?:\[[^\]]*\]|[^:,[])+/g) ?? []).map(part => part.trim()).filter(part => part !== '');
}

function matchPart(inventory: Inventory, part: string, problem: Problems): readonly string[] {
	const [, name = part, subscript] = /^(.+)\[(-?\d*:?-?\d*)\]$/.exec(part) ?? [];
	const hosts = matchName(inventory, name, problem);
	if (hosts.length === 0) {
		const hint = nearest(name, [...inventory.groups.keys(), ...inventory.hosts.keys()]);
		throw new InputError([problem(`there is no host or group '${name}' in the inventory`, hint)]);
	}
	return subscript === undefined ? hosts : pick(hosts, subscript);
}

function matchName(inventory: Inventory, name: string, problem: Problems): readonly string[] {
	const group = inventory.groups.get(name);
	if (group !== undefined) return group.hosts;
	if (inventory.hosts.has(name)) return [name];
	const expression = expressionOf(name, problem);
	if (expression === undefined) return [];
	const groups = [...inventory.groups.values()].filter(({name}) => expression.test(name));
	const hosts = [...inventory.hosts.keys()].filter(host => expression.test(host));
	return [...new Set([...groups.flatMap(({hosts}) => hosts), ...hosts])];
}

function expressionOf(name: string, problem: Problems): RegExp | undefined {
	if (name.startsWith('~')) {
		try {
			return new RegExp(`^(?:${name.slice(1)})`);
		} catch {
			throw new InputError([problem(`'${name.slice(1)}' is no regular expression`)]);
		}
	}
	if (!/[*?]/.test(name)) return undefined;
	const body = name
		.replace(/[.+^${}()|\\]/g, '\\$&')
		.replaceAll('*', '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${body}$`);
}

/** `0`, `-1`, `1:3` (both included), `3:`. */
function pick(hosts: readonly string[], subscript: string): readonly string[] {
	const [from = '', to] = subscript.split(':');
	if (to === undefined) return hosts.slice(Number(from)).slice(0, 1);
	return hosts.slice(Number(from), to === '' ? undefined : Number(to) + 1);
}

function bare(message: string, hint?: string): Problem {
	return {message, ...(hint === undefined ? {} : {hint})};
}
