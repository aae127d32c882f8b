import {type Finding, remedyText} from '../../preflight/finding.ts';
import {contradictionsOfEach} from '../migration/options/option-check.ts';
import {defineStep} from '../step.ts';
import {evacuationRequests, isOptional} from './cluster/requests.ts';
import {examine} from './decision/examine.ts';
import {evacuateParams} from './evacuate-params.ts';

const {not_known: _, ...properties} = evacuateParams.properties;

const params = {
	...evacuateParams,
	properties: {
		...properties,
		not_known: {
			enum: ['warn', 'block'],
			description: 'What cannot be checked fails the task (`block`, the default), or is only told.',
		},
	},
} as const;

/** One thing that the checks have found. */
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

/** All checks before an evacuation, of all guests, in one answer. */
export const preflight = defineStep<
	typeof params,
	{readonly findings: readonly Found[]; readonly blocking: number},
	null
>({
	kind: 'action',
	name: 'preflight',
	summary: 'Check whether the guests of the host could move, and say all that stands against it.',
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
			blocking: report.findings.filter(blocks).length,
		};
	},

	preview: () => [],
	apply: async () => null,
	verify: async () => {},

	result({findings, blocking}) {
		const [first] = findings;
		const says =
			blocking === 0
				? `nothing stands against it; ${findings.length} to look at`
				: `${blocking} stand against it, the first: ${first?.about}: ${first?.reason} (${first?.remedy})`;
		return {changed: false, failed: blocking > 0, msg: says, findings};
	},
	irreversible: 'nothing is changed',
});
