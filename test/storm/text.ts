import type {PointEnd} from '../points/play.ts';
import type {Finding} from './findings.ts';
import type {RoundEnd} from './round.ts';

/** One round, as it is told while the storm goes on. */
export function roundText({seed, guests, codes, seconds, traffic, deeds, told, violations}: RoundEnd): string {
	const verdict = violations.length === 0 ? 'ok' : `${violations.length} VIOLATIONS`;
	const moves = `at most ${traffic.total} moves at once`;
	return [
		`seed ${seed}: ${verdict}, ${guests} guests, exit ${codes.join(' then ')}, ${moves}, ${seconds} s`,
		...deeds.map(deed => `    ${deed}`),
		...told.map(finding => `  told: ${findingText(finding)}`),
		...violations.map(finding => `  VIOLATION: ${findingText(finding)}`),
	].join('\n');
}

/** A controller that was killed at a point. */
export function pointText({point, codes, violations, seconds}: PointEnd): string {
	const verdict = violations.length === 0 ? 'ok' : `${violations.length} VIOLATIONS`;
	return [
		`${point.name}: ${verdict}, exit ${codes.join(' then ')}, ${seconds} s`,
		...violations.map(finding => `  VIOLATION: ${findingText(finding)}`),
	].join('\n');
}

function findingText({subject, kind, detail}: Finding): string {
	return `${subject} ${kind}: ${detail}`;
}

/** What all rounds came to. */
export function tallyText(ends: readonly RoundEnd[]): string {
	const sum = (count: (end: RoundEnd) => number) => ends.reduce((total, end) => total + count(end), 0);
	const bad = ends.filter(({violations}) => violations.length > 0).map(({seed}) => seed);
	const codes = new Map<string, number>();
	for (const end of ends) codes.set(end.codes.join(' then '), (codes.get(end.codes.join(' then ')) ?? 0) + 1);
	return [
		`${ends.length} rounds, ${sum(({guests}) => guests)} guests, ${sum(({deeds}) => deeds.length)} blows`,
		`exit codes: ${[...codes].map(([code, count]) => `${code} in ${count}`).join(', ')}`,
		`left to a person and told: ${sum(({told}) => told.length)}`,
		`violations: ${sum(({violations}) => violations.length)}${bad.length === 0 ? '' : `, seeds ${bad.join(', ')}`}`,
	].join('\n');
}
