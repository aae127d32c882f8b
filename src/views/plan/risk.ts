import type {HostUse, Plan} from '../../plan/document/model.ts';
import {bytesText, durationText} from '../format.ts';
import {emptiedHosts} from './emptied.ts';
import {count, movesOf, warningsOf} from './rows.ts';

/** The command that moves the guests of a run back. */
export const returnCommand = 'vacate return RUN';

/** What the moves risk: the longest downtime, who cannot move back, and the failure of one more host. */
export function riskTexts(plan: Plan): readonly string[] {
	const moves = movesOf(plan).filter(({skip}) => skip === undefined);
	if (moves.length === 0) return [];
	const [longest] = moves.toSorted((a, b) => (b.expected?.pause_ms ?? 0) - (a.expected?.pause_ms ?? 0));
	return [
		...(longest?.expected === undefined
			? []
			: [`longest downtime: ${longest.guest}, ${durationText(longest.expected.pause_ms)} (estimate)`]),
		...cannotReturnTexts(plan, new Set(moves.flatMap(({guest}) => guest ?? []))),
		...lossTexts(plan, new Set(moves.flatMap(({to}) => to ?? []))),
	];
}

/** `db1, web1: could not move back: kvm1: 80 MiB of memory needed, 34 MiB free`. */
function cannotReturnTexts(plan: Plan, moving: ReadonlySet<string>): readonly string[] {
	const warnings = warningsOf(plan).filter(({about, cannot_return: cannot}) => cannot === true && moving.has(about));
	const texts = [...new Set(warnings.map(({text}) => text))];
	return texts.map(text => {
		const guests = warnings.flatMap(one => (one.text === text ? [one.about] : []));
		return `${guests.join(', ')}: ${text}`;
	});
}

/** Whether the other hosts have enough free memory for the guests of each destination. Hosts that are emptied do not count. */
function lossTexts(plan: Plan, destinations: ReadonlySet<string>): readonly string[] {
	const emptied = emptiedHosts(plan);
	const remaining = plan.hosts.filter(({host}) => !emptied.has(host));
	const lost = remaining.filter(({host}) => destinations.has(host));
	const short = lost.flatMap(use => {
		const free = remaining.filter(other => other !== use).reduce((sum, other) => sum + freeKib(other), 0);
		const {memory_kib: used, guests} = use.after;
		return used > free ? [{host: use.host, guests: guests.length, used, free}] : [];
	});
	if (lost.length === 0) return [];
	if (short.length === 0) {
		return ['if one more host fails after the run, the other hosts have enough free memory for its guests'];
	}
	return short.map(
		({host, guests, used, free}) =>
			`if ${host} fails after the run, the other hosts cannot start all of its guests: ${count(guests, 'guest', 'guests')}, ${bytesText(used * 1024)}, and ${bytesText(free * 1024)} of memory free`,
	);
}

function freeKib({memory_kib: total = 0, after}: HostUse): number {
	return Math.max(0, total - after.memory_kib);
}
