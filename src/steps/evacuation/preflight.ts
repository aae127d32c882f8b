import {type Finding, remedyText} from '../../preflight/finding.ts';
import {contradictionsOfEach} from '../migration/options/option-check.ts';
import {defineStep, type Warning} from '../step.ts';
import {evacuationRequests, isOptional} from './cluster/requests.ts';
import {examine} from './decision/examine.ts';
import {groupFindings} from './decision/warnings.ts';
import {evacuateParams} from './evacuate-params.ts';

const {not_known: _, ...properties} = evacuateParams.properties;

const params = {
	...evacuateParams,
	properties: {
		...properties,
		not_known: {
			enum: ['warn', 'block'],
			description: 'Whether checks that cannot be performed are blockers (`block`, the default) or warnings (`warn`).',
		},
	},
} as const;

/** A finding of the checks. */
type Found = {
	readonly rule: string;
	readonly check: number;
	readonly scope: Finding['scope'];
	readonly severity: Finding['severity'];
	readonly outcome: Finding['outcome'];
	readonly about: string;
	readonly reason: string;
	readonly remedy: string;
};

/** Runs all checks of an evacuation for all guests. */
export const preflight = defineStep<
	typeof params,
	{readonly findings: readonly Found[]; readonly blocking: readonly Warning[]; readonly warning: readonly Warning[]},
	null
>({
	kind: 'action',
	name: 'preflight',
	summary:
		'Check whether the guests of the host can be evacuated, and list all blockers and warnings with their remedies.',
	examples: ['preflight: {to: "compute:!kvm1"}', 'preflight: {to: compute, window: 2 h, round_trip: required}'],
	effect: 'read',
	params,
	short: 'to',
	contradictions: contradictionsOfEach,

	needs: evacuationRequests,
	isOptional: (request, at) => isOptional(request, at.host),

	plan(given, at, facts) {
		const {report} = examine(given, at, facts);
		const strict = given.not_known !== 'warn';
		const blocks = ({severity, outcome}: Finding) => severity === 'blocks' && (outcome === 'found' || strict);
		return {
			findings: report.findings.map(finding => ({
				rule: finding.rule,
				check: finding.check,
				scope: finding.scope,
				severity: finding.severity,
				outcome: finding.outcome,
				about: [finding.guest ?? finding.host, finding.disk, finding.destination && `to ${finding.destination}`]
					.filter(part => part !== undefined)
					.join(' '),
				reason: finding.reason,
				remedy: remedyText(finding.remedy),
			})),
			blocking: groupFindings(report.findings.filter(blocks)),
			warning: groupFindings(report.findings.filter(finding => !blocks(finding))),
		};
	},

	preview: () => [],
	apply: async () => null,
	verify: async () => {},

	result({findings, blocking, warning}) {
		const failed = blocking.length > 0;
		const warnings = count(warning.length, 'warning');
		const details = failed || warning.length === 0 ? '' : `: ${warning.map(textOf).join('; ')}`;
		return {
			changed: false,
			failed,
			msg: `${failed ? count(blocking.length, 'blocker') : 'no blockers'}, ${warnings}${details}`,
			findings,
			...(failed ? {remedies: [...blocking, ...warning].map(textOf)} : {}),
		};
	},
	irreversible: 'nothing is changed',
});

function count(number: number, word: string): string {
	return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function textOf({about, text, remedy}: Warning): string {
	return `${about}: ${text}: ${remedy}`;
}
