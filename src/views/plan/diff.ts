import type {Change, GuestSize} from '../../plan/document/change.ts';
import {visible} from '../columns.ts';
import {bytesText, durationText} from '../format.ts';
import {limitName} from './rows.ts';

/** The differences between two plans, one sentence per line. */
export function changesText(changes: readonly Change[]): string {
	return changes.length === 0 ? 'no changes' : changes.map(change => visible(changeText(change))).join('\n');
}

function changeText(change: Change): string {
	switch (change.kind) {
		case 'goes':
			return change.instead === undefined
				? `${change.guest} now moves, from ${change.from} to ${change.to}`
				: `${change.guest} now goes to ${change.to}, not to ${change.instead}`;
		case 'stays':
			return `${change.guest} no longer moves to ${change.instead}${change.why === undefined ? '' : `: ${change.why}`}`;
		case 'guest-new':
			return `${change.guest} is new on ${change.host}`;
		case 'guest-gone':
			return `${change.guest} is no longer on ${change.host}`;
		case 'guest-elsewhere':
			return `${change.guest} is now on ${change.now}, previously on ${change.was}`;
		case 'guest-state':
			return `${change.guest} is now ${change.now}, previously ${change.was}`;
		case 'guest-size':
			return sizeText(change.guest, change.what, change.was, change.now);
		case 'disk-new':
			return `${change.guest} has a new disk: ${change.disk}`;
		case 'disk-gone':
			return `${change.guest} no longer has disk ${change.disk}`;
		case 'disk-size':
			return `${change.guest}: disk ${change.disk} ${grown(change.was, change.now)}`;
		case 'host-new':
			return `${change.host} is now part of the plan`;
		case 'host-gone':
			return `${change.host} is no longer part of the plan`;
		case 'host-memory':
			return `${change.host}: memory ${grown(change.was * 1024, change.now * 1024)}`;
		case 'action-new':
			return `“${change.title}” on ${change.host} is new`;
		case 'action-gone':
			return `“${change.title}” on ${change.host} is no longer in the plan`;
		case 'action-other':
			return `“${change.title}” on ${change.host} has changed`;
		case 'skip':
			return change.now === undefined
				? `${change.title} is no longer left out`
				: `${change.title} is left out: ${change.now}`;
		case 'problem-new':
			return `new problem: ${change.title} on ${change.host}: ${change.message}`;
		case 'problem-gone':
			return `solved: ${change.title} on ${change.host}: ${change.message}`;
		case 'left-new':
			return `${change.guest} stays on ${change.host}: ${change.message}`;
		case 'open-new':
			return `“${change.title}” is now decided at run time`;
		case 'open-gone':
			return `“${change.title}” is now decided in the plan`;
		case 'order':
			return orderText(change.guests);
		case 'option':
			return `${change.option} of ${guestsText(change.guests)} changed from ${change.was ?? 'not set'} to ${change.now ?? 'not set'}`;
		case 'limit':
			return `limit ${limitName(change.limit)} changed from ${change.was} to ${change.now}`;
		case 'time':
			return `expected duration changed from ${durationText(change.was * 1000)} to ${durationText(change.now * 1000)}`;
		case 'pause':
			return `longest expected downtime changed from ${durationText(change.was)} to ${durationText(change.now)}`;
		case 'source':
			return change.what === 'tool' ? 'the version of vacate has changed' : `the ${change.what} has changed`;
	}
}

/** At most so many guests are named. */
const mostNamed = 8;

function guestsText(guests: readonly string[]): string {
	const others = guests.length - mostNamed;
	const named = guests.slice(0, mostNamed).join(', ');
	return others <= 0 ? named : `${named} and ${others} more`;
}

function orderText(guests: readonly string[]): string {
	return guests.length === 0 ? 'the order has changed' : `the order has changed: ${guestsText(guests)}`;
}

function sizeText(guest: string, what: GuestSize, then: number, now: number): string {
	switch (what) {
		case 'memory':
			return `${guest}: memory ${grown(then * 1024, now * 1024)}`;
		case 'vcpus':
			return `${guest} now has ${now} CPUs, previously ${then}`;
		case 'data':
			return `${guest}: data ${grown(then, now)}`;
	}
}

/** `grew by 12 GiB, to 52 GiB`. */
function grown(then: number, now: number): string {
	return `${now > then ? 'grew' : 'shrank'} by ${bytesText(Math.abs(now - then))}, to ${bytesText(now)}`;
}
