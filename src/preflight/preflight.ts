import {compareTexts, type Obstacle} from '../placement/cluster.ts';
import type {PreflightFacts} from './facts.ts';
import {type Finding, remedyText} from './finding.ts';
import {rules} from './rules.ts';

/** The results of all rules for all guests. */
export type Report = {
	/** Blockers before warnings, found before unknown; each in the order of checks, guests and destinations. */
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

/** Capacity is left to placement, which knows all moves. */
const aboutRoom: readonly string[] = ['guest-memory', 'disk-space'];

/** Applies every rule to the facts. Pure. */
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

/** The report with the findings of accepted rules as warnings. */
export function accepting(report: Report, names: readonly string[] = []): Report {
	const findings = report.findings.map(finding =>
		names.includes(finding.rule) ? {...finding, severity: 'warns' as const} : finding,
	);
	return {...report, findings: findings.sort(compareFindings)};
}

/** Findings that block the whole run, including unknown facts of the source or the run. */
export function blockersOfRun({findings}: Report): readonly Finding[] {
	return findings.filter(({severity, scope}) => severity === 'blocks' && (scope === 'source' || scope === 'run'));
}

/** How to treat checks that could not be performed: as warnings or as blockers. */
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

/** The obstacles of each guest by UUID, for placement. */
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

/** The remedies of the findings of a guest, of a guest on a host, or of a host, by the reason reported by placement. */
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
