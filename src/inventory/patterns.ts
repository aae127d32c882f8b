import {InputError, type Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Inventory} from './inventory.ts';

/** Makes a problem at the place where the pattern was written. */
type Problems = (message: string, hint?: string) => Problem;

/**
 * The hosts of an Ansible host pattern, in its order: names and groups joined by `:` or `,`, `&` for those also in, `!`
 * for those not in, globs, `~` and a regular expression, `[0]` or `[1:3]` for some of a group.
 *
 * @throws InputError when a part names nothing, or nothing is left.
 */
export function matchHosts(inventory: Inventory, pattern: string, problem: Problems = bare): readonly string[] {
	const parts = splitPattern(pattern);
	const plain = parts.filter(part => !/^[&!]/.test(part));
	const marked = (mark: string) =>
		parts.filter(part => part.startsWith(mark)).map(part => new Set(matchPart(inventory, part.slice(1), problem)));
	const union = (plain.length === 0 ? ['all'] : plain).flatMap(part => matchPart(inventory, part, problem));
	const [required, excluded] = [marked('&'), marked('!')];
	const hosts = [...new Set(union)].filter(
		host => required.every(names => names.has(host)) && !excluded.some(names => names.has(host)),
	);
	if (parts.length === 0 || hosts.length === 0)
		throw new InputError([problem(`the pattern '${pattern}' leaves no host`)]);
	return hosts;
}

/** Colons and commas part a pattern, but not within brackets, nor do the colons of an IPv6 address. */
function splitPattern(pattern: string): readonly string[] {
	return pattern
		.split(/,(?![^[]*\])/)
		.flatMap(piece => {
			const address = /^\s*[&!]?[\da-fA-F]*(?::[\da-fA-F]*){2,7}\s*$/.test(piece);
			return address ? [piece.trim()] : (piece.match(/(?:[^\s:[\]]|\[[^\]]*\]?)+/g) ?? []);
		})
		.filter(part => part !== '');
}

function matchPart(inventory: Inventory, part: string, problem: Problems): readonly string[] {
	const isExpression = part.startsWith('~');
	const [, name = part, subscript] = (isExpression ? null : /^(.+)\[(-?\d+|\d+[:-]\d*)\]$/.exec(part)) ?? [];
	const hosts = matchName(inventory, name, problem);
	if (hosts.length === 0 && !inventory.groups.has(name)) {
		const hint = nearest(name, [...inventory.groups.keys(), ...inventory.hosts.keys()]);
		throw new InputError([problem(`there is no host or group '${name}' in the inventory`, hint)]);
	}
	return subscript === undefined ? hosts : pick(hosts, subscript);
}

function matchName(inventory: Inventory, name: string, problem: Problems): readonly string[] {
	const group = inventory.groups.get(name);
	if (group !== undefined) return group.hosts;
	if (inventory.hosts.has(name)) return [name];
	const matches = matcherOf(name, problem);
	if (matches === undefined) return [];
	const groups = [...inventory.groups.values()].filter(({name}) => matches(name));
	// A host that no inventory names, localhost, is meant by its name alone.
	const hosts = [...(inventory.groups.get('all')?.hosts ?? inventory.hosts.keys())].filter(matches);
	return [...new Set([...groups.flatMap(({hosts}) => hosts), ...hosts])];
}

function matcherOf(name: string, problem: Problems): ((name: string) => boolean) | undefined {
	const body = name.startsWith('~') ? name.slice(1) : globBody(name);
	if (body === undefined) return undefined;
	try {
		const expression = new RegExp(name.startsWith('~') ? `^(?:${body})` : `^(?:${body})$`, 's');
		return candidate => expression.test(candidate);
	} catch {
		throw new InputError([problem(`'${name}' is no pattern that can be read`)]);
	}
}

/** The regular expression of a shell's pattern; undefined for a plain name. */
function globBody(name: string): string | undefined {
	if (!/[*?[]/.test(name)) return undefined;
	return name.replaceAll(/\*|\?|\[!?\]?[^\]]*\]|[\s\S]/g, piece => {
		if (piece === '*') return '.*';
		if (piece === '?') return '.';
		if (piece.length > 1) return piece.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
		return piece.replace(/[.+^${}()|\\[\]]/, '\\$&');
	});
}

/** `0`, `-1`, `1:3` (both included), `3:`. */
function pick(hosts: readonly string[], subscript: string): readonly string[] {
	const [, from = '', to] = /^(-?\d+)(?:[:-](\d*))?$/.exec(subscript) ?? [];
	if (to === undefined) return hosts.slice(Number(from)).slice(0, 1);
	return hosts.slice(Number(from), to === '' ? undefined : Number(to) + 1);
}

function bare(message: string, hint?: string): Problem {
	return {message, ...(hint === undefined ? {} : {hint})};
}
