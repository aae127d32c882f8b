import {compareTexts, type Obstacle} from '../placement/cluster.ts';
import type {PreflightFacts} from './facts.ts';
import {type Finding, remedyText} from './finding.ts';
import {rules} from './rules.ts';

/** The answers of all rules, of all guests, in one go. */
export type Report = {
	/** What blocks before what warns, found before unknown; each in the order of checks, guests and destinations. */
	readonly findings: readonly Finding[];
	/** Every rule, and how it went. */
	readonly rules: readonly Tally[];
};

export type Tally = {
	readonly rule: string;
	readonly check: number;
	readonly looked: number;
	readonly passed: number;
	readonly unknown: number;
};

const ranks = {blocks: 0, warns: 1, found: 0, unknown: 1} as const;

/** Room is for placement to judge, which knows who else goes and who leaves. */
const aboutRoom: readonly string[] = ['guest-memory', 'disk-space'];

/** Judges the facts by every rule. Pure: the same facts give the same report. */
export function preflight(facts: PreflightFacts): Report {
	const judged = rules.map(rule => ({rule, result: rule.judge(facts)}));
	return {
		findings: judged.flatMap(({result}) => result.findings).sort(compareFindings),
		rules: judged.map(({rule: {id, check}, result: {looked, passed, unknown}}) => ({
			rule: id,
			check,
			looked,
			passed,
			unknown,
		})),
	};
}

/** The same, with the findings of the named rules as warnings: somebody knows better. */
export function accepting(report: Report, names: readonly string[] = []): Report {
	const findings = report.findings.map(finding =>
		names.includes(finding.rule) ? {...finding, severity: 'warns' as const} : finding,
	);
	return {...report, findings: findings.sort(compareFindings)};
}

/** May the run begin? Not with what blocks it as a whole, nor with what nobody knows of the source or of the run. */
export function blockersOfRun({findings}: Report): readonly Finding[] {
	return findings.filter(({severity, scope}) => severity === 'blocks' && (scope === 'source' || scope === 'run'));
}

/** What becomes of what could not be checked: it is told, or stands against the move as what was found. */
export type NotKnown = 'warn' | 'block';

/** Why destinations take no guest at all, by their names: the findings against them that are about no guest. */
export function blockersOfDestinations(
	{findings}: Report,
	notKnown: NotKnown = 'block',
): ReadonlyMap<string, readonly Finding[]> {
	const blockers = new Map<string, Finding[]>();
	for (const finding of findings) {
		const {severity, scope, destination, outcome} = finding;
		if (severity !== 'blocks' || (scope !== 'destination' && scope !== 'path') || destination === undefined) continue;
		if (outcome === 'unknown' && notKnown === 'warn') continue;
		const own = blockers.get(destination);
		if (own === undefined) blockers.set(destination, [finding]);
		else own.push(finding);
	}
	return blockers;
}

/** What stands against moving each guest, by UUID, as placement takes it. */
export function obstaclesOf(
	{findings}: Report,
	notKnown: NotKnown = 'block',
): ReadonlyMap<string, readonly Obstacle[]> {
	const obstacles = new Map<string, Obstacle[]>();
	for (const {rule, uuid, severity, outcome, modes, reason, destination, disk} of findings) {
		if (outcome === 'unknown' && notKnown === 'warn') continue;
		if (uuid === undefined || severity === 'warns' || aboutRoom.includes(rule)) continue;
		const own = obstacles.get(uuid) ?? [];
		const text = disk === undefined ? reason : `${disk}: ${reason}`;
		own.push({...(destination === undefined ? {} : {host: destination}), modes, reason: text});
		obstacles.set(uuid, own);
	}
	return obstacles;
}

/** What helps against what was found of a guest, of a guest on a host, or of a host, by the reason that placement gives. */
export function remediesIn({findings}: Report): (about: RemedySubject, reason: string) => string | undefined {
	const known = new Map<string, string>();
	for (const {uuid = '', destination = '', disk, reason, remedy} of findings) {
		const text = disk === undefined ? reason : `${disk}: ${reason}`;
		known.set(`${uuid} ${destination} ${text}`, remedyText(remedy));
	}
	return ({guest = '', host = ''}, reason) => known.get(`${guest} ${host} ${reason}`);
}

/** The guest by its UUID. */
export type RemedySubject = {readonly guest?: string; readonly host?: string};

function compareFindings(a: Finding, b: Finding): number {
	return (
		ranks[a.severity] - ranks[b.severity] ||
		ranks[a.outcome] - ranks[b.outcome] ||
		a.check - b.check ||
		compareTexts(a.rule, b.rule) ||
		compareTexts(a.guest ?? '', b.guest ?? '') ||
		compareTexts(a.destination ?? '', b.destination ?? '') ||
		compareTexts(a.disk ?? '', b.disk ?? '') ||
		compareTexts(a.reason, b.reason)
	);
}
