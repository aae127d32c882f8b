import type {ClusterGuest} from '../../../placement/cluster.ts';
import {type Selection, selectGuests} from '../../../placement/select.ts';

/** The guests that match the patterns, in order. A leading `!` excludes guests selected by earlier patterns. */
export function chosen(guests: readonly ClusterGuest[], patterns: string | readonly string[]): readonly ClusterGuest[] {
	const found = new Set<ClusterGuest>();
	for (const pattern of [patterns].flat()) {
		if (pattern.startsWith('!')) {
			// A list of exclusions starts with all guests.
			if (found.size === 0 && [patterns].flat()[0] === pattern) for (const guest of guests) found.add(guest);
			for (const guest of selectGuests(guests, selectionOf(pattern.slice(1)))) found.delete(guest);
		} else {
			for (const guest of selectGuests(guests, selectionOf(pattern))) found.add(guest);
		}
	}
	return guests.filter(guest => found.has(guest));
}

const states = ['running', 'paused', 'off'] as const;

function selectionOf(pattern: string): Selection {
	if (pattern === 'all') return {};
	const [, kind, value = ''] = /^(label|state):(.*)$/s.exec(pattern) ?? [];
	if (kind === 'label') return {labels: [value]};
	if (kind === 'state') return {states: states.filter(state => state === value)};
	return {names: [pattern]};
}
