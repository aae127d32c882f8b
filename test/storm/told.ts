import type {Event, GuestRecap} from '../../src/engine/events.ts';
import type {Finding} from './findings.ts';
import type {Survey} from './survey.ts';

/** What the program may leave to a person, if it says so. */
const tellable: readonly Finding['kind'][] = ['does not run', 'is defined wrongly', 'left over'];

/** Has the program told that this is so, among its failures? */
export function isTold({kind, subject}: Finding, text: string): boolean {
	if (!tellable.includes(kind)) return false;
	const troubles = eventsOf(text).filter(
		event => event.type === 'action-ended' && (event.outcome === 'stuck' || event.outcome === 'unreachable'),
	);
	const about = kind === 'left over' ? subject.slice(subject.indexOf(':') + 1) : `"guest":${JSON.stringify(subject)}`;
	return troubles.some(event => JSON.stringify(event).includes(about));
}

/**
 * Guests that the last recap sees on another host than they are on. One that it calls stuck it need not know, nor one of
 * which it says that a host did not answer when it was asked.
 */
export function toldWrongly(text: string, after: Survey): readonly Finding[] {
	return lastRecap(text).flatMap(({guest, where, outcome}): readonly Finding[] => {
		const active = after.guests.find(({name}) => name === guest)?.active ?? [];
		const home = active.length > 0 ? active : (after.guests.find(({name}) => name === guest)?.defined ?? []);
		const claimsNothing = outcome === 'stuck' || outcome === 'unreachable' || where.includes(' does not respond ');
		if (claimsNothing || home.some(host => endsWith(where, host))) return [];
		return [{kind: 'told wrongly', subject: guest, detail: `said ${outcome} on ${where}, is on ${home.join(', ')}`}];
	});
}

/** `kvm1`, or in words: `running (booted) on kvm1`. */
function endsWith(where: string, host: string): boolean {
	return where === host || where.endsWith(` on ${host}`);
}

function lastRecap(text: string): readonly GuestRecap[] {
	const end = eventsOf(text).findLast(event => event.type === 'run-ended');
	return end?.type === 'run-ended' ? end.recap.guests : [];
}

function eventsOf(text: string): readonly Event[] {
	return text
		.split('\n')
		.flatMap(line => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as Event] : []));
}
