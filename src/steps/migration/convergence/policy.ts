import type {FromSchema} from 'json-schema-to-ts';
import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {
	type ConvergencePolicy,
	type ConvergenceRules,
	convergenceOf,
	defaultConvergence,
	qemuDowntimeMs,
} from '../../../schedule/convergence.ts';
import {durationSchema, parseDuration} from '../../../units/units.ts';

const {deadline: usualDeadline, stall: usualStall} = defaultConvergence;

/** The parameters of a step that say it. */
export const convergenceParams = {
	max_downtime: {
		anyOf: [durationSchema, {type: 'array', minItems: 1, items: durationSchema}],
		description: `How long the guest may stand still at the end: \`500 ms\`; or a list such as \`[300 ms, 1 s, 3 s]\`, of which the first holds from the beginning and each next one from a further pass over the memory. Without it QEMU’s ${qemuDowntimeMs} ms.`,
	},
	deadline: {
		type: 'object',
		additionalProperties: false,
		description: 'How long the disks, and after them the memory may take; and what happens then.',
		properties: {
			per_gib: {
				...durationSchema,
				description: `For each GiB of them: ${usualDeadline.msPerGib / 1000} s if not said.`,
			},
			at_least: {
				...durationSchema,
				description: `However little they are: ${usualDeadline.atLeastMs / 1000} s if not said.`,
			},
			// biome-ignore lint/suspicious/noThenProperty: a word of the playbook.
			then: {
				enum: ['abort', 'suspend', 'postcopy'],
				description:
					'`abort`, if nothing is said: the guest stays where it is. `suspend`: it stands still until its memory has been sent. `postcopy`: it runs on at the destination and gets its memory as it needs it; when the link or a host fails then, it stops. Disks that are late always end the move.',
			},
		},
	},
	stall: {
		type: 'object',
		additionalProperties: false,
		description: 'When a move makes no progress any more, the same happens as at the deadline.',
		properties: {
			window: {...durationSchema, description: `So long: ${usualStall.windowMs / 1000} s if not said.`},
			margin_percent: {
				type: 'number',
				minimum: 0,
				maximum: 100,
				description: `Less of what was left than so much is no progress: ${usualStall.marginPercent} if not said.`,
			},
		},
	},
} as const;

const schema = {type: 'object', additionalProperties: false, properties: convergenceParams} as const;

type Wish = {readonly [Name in keyof FromSchema<typeof schema>]?: FromSchema<typeof schema>[Name] | undefined};

/**
 * What the playbook says of any guest's move, and what holds where it says nothing.
 *
 * @throws StepError for pauses that do not grow.
 */
export function convergenceRules({max_downtime = [], deadline = {}, stall = {}}: Wish): ConvergenceRules {
	const downtimesMs = [max_downtime].flat().map(parseDuration);
	if (downtimesMs.some((ms, index) => ms < 1 || ms <= (downtimesMs[index - 1] ?? 0))) {
		throw new StepError(
			`max_downtime is ${[max_downtime].flat().join(', ')}`,
			'each pause must be longer than the one before: [300 ms, 1 s, 3 s]',
			{retry: 'never'},
		);
	}
	return {
		downtimesMs,
		deadline: {
			msPerGib: duration(deadline.per_gib, usualDeadline.msPerGib),
			atLeastMs: duration(deadline.at_least, usualDeadline.atLeastMs),
		},
		stall: {
			windowMs: duration(stall.window, usualStall.windowMs),
			marginPercent: stall.margin_percent ?? usualStall.marginPercent,
		},
		timeoutAction: deadline.then ?? defaultConvergence.timeoutAction,
	};
}

function duration(text: string | undefined, usualMs: number): number {
	return text === undefined ? usualMs : parseDuration(text);
}

/** The same for one guest. */
export function convergencePolicyOf(
	wish: Wish,
	size: {readonly memoryBytes: number; readonly diskBytes: number},
): ConvergencePolicy {
	return convergenceOf(convergenceRules(wish), size);
}

/** What a guest was allowed before is only of interest when that is changed. */
export function downtimeRequests(
	{max_downtime}: Wish,
	definition: {readonly uuid: string} | undefined,
	{host}: {readonly host: string},
): readonly FactRequest[] {
	if (max_downtime === undefined || definition === undefined) return [];
	return [{kind: 'downtime', host, uuid: definition.uuid}];
}

export function downtimeBefore(
	{source, uuid}: {readonly source: string; readonly uuid: string},
	{downtimesMs}: ConvergencePolicy,
	facts: Facts,
): {readonly downtimeBeforeMs?: number} {
	if (downtimesMs.length === 0) return {};
	const before = facts.of({kind: 'downtime', host: source, uuid});
	return before === undefined ? {} : {downtimeBeforeMs: before};
}
