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

/** The step parameters of the convergence policy. */
export const convergenceParams = {
	max_downtime: {
		anyOf: [durationSchema, {type: 'array', minItems: 1, items: durationSchema}],
		description: `Maximum downtime at the switch-over, such as \`500 ms\`. With a list such as \`[300 ms, 1 s, 3 s]\`, the first value applies from the start, and each next one after a further memory pass. Default: QEMU’s ${qemuDowntimeMs} ms.`,
	},
	deadline: {
		type: 'object',
		additionalProperties: false,
		description: 'Time limits of the disk phase and the memory phase, and what happens when one is exceeded.',
		properties: {
			per_gib: {
				...durationSchema,
				description: `Time per GiB (default: ${usualDeadline.msPerGib / 1000} s).`,
			},
			at_least: {
				...durationSchema,
				description: `Minimum time, whatever the size (default: ${usualDeadline.atLeastMs / 1000} s).`,
			},
			// biome-ignore lint/suspicious/noThenProperty: a key of the playbook.
			then: {
				enum: ['abort', 'suspend', 'postcopy'],
				description:
					'`abort` (the default): abort the move; the guest stays at the source. `suspend`: pause the guest until its memory has been sent. `postcopy`: switch to post-copy; the guest continues at the destination and fetches its memory on demand, and stops if the link or a host fails meanwhile. If the disk phase exceeds its limit, the move is always aborted.',
			},
		},
	},
	stall: {
		type: 'object',
		additionalProperties: false,
		description: 'Treat a move that makes no progress as if it had reached the deadline.',
		properties: {
			window: {...durationSchema, description: `Time without progress (default: ${usualStall.windowMs / 1000} s).`},
			margin_percent: {
				type: 'number',
				minimum: 0,
				maximum: 100,
				description: `Minimum progress per window, in percent of the remaining memory (default: ${usualStall.marginPercent}).`,
			},
		},
	},
} as const;

const schema = {type: 'object', additionalProperties: false, properties: convergenceParams} as const;

type ConvergenceParams = {
	readonly [Name in keyof FromSchema<typeof schema>]?: FromSchema<typeof schema>[Name] | undefined;
};

/**
 * The policy of the playbook for all guests, with defaults.
 *
 * @throws StepError if the downtimes are not in ascending order.
 */
export function convergenceRules({max_downtime = [], deadline = {}, stall = {}}: ConvergenceParams): ConvergenceRules {
	const downtimesMs = [max_downtime].flat().map(parseDuration);
	if (downtimesMs.some((ms, index) => ms < 1 || ms <= (downtimesMs[index - 1] ?? 0))) {
		throw new StepError(
			`max_downtime is ${[max_downtime].flat().join(', ')}`,
			'list the values in ascending order: [300 ms, 1 s, 3 s]',
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

/** The policy for one guest. */
export function convergencePolicyOf(
	params: ConvergenceParams,
	size: {readonly memoryBytes: number; readonly diskBytes: number},
): ConvergencePolicy {
	return convergenceOf(convergenceRules(params), size);
}

/** The former maximum downtime is only required if it is changed. */
export function downtimeRequests(
	{max_downtime}: ConvergenceParams,
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
