import type {FromSchema} from 'json-schema-to-ts';
import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {durationSchema, parseDuration} from '../../../units/units.ts';

/** What is done with a move that does not come to its end. */
export type TimeoutAction = 'abort' | 'suspend' | 'postcopy';

/** How a move is brought to its end, and when it is given up. All of it decided; the watch only compares. */
export type ConvergencePolicy = {
	/** How long the guest may stand still: the first from the beginning, with each pass over the memory the next. */
	readonly downtimesMs: readonly number[];
	/** How long the disks, and how long the memory may take. */
	readonly limits?: {readonly disksMs?: number; readonly memoryMs: number};
	/** Without progress for so long, the move is stuck; less than so much of what was left is no progress. */
	readonly stall?: {readonly windowMs: number; readonly marginPercent: number};
	/** What is done when the limits or the stall are reached. */
	readonly timeoutAction: TimeoutAction;
};

/** The parameters of a step that say it. */
export const convergenceParams = {
	max_downtime: {
		anyOf: [durationSchema, {type: 'array', minItems: 1, items: durationSchema}],
		description:
			'How long the guest may stand still at the end: `500 ms`; or a list such as `[300 ms, 1 s, 3 s]`, of which the first holds from the beginning and each next one from a further pass over the memory. Without it QEMU’s 300 ms.',
	},
	deadline: {
		type: 'object',
		additionalProperties: false,
		description: 'How long the disks, and after them the memory may take; and what happens then.',
		properties: {
			per_gib: {...durationSchema, description: 'For each GiB of them: 150 s if not said.'},
			at_least: {...durationSchema, description: 'However little they are: 240 s if not said.'},
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
			window: {...durationSchema, description: 'So long: 40 s if not said.'},
			margin_percent: {
				type: 'number',
				minimum: 0,
				maximum: 100,
				description: 'Less of what was left than so much is no progress: 4 if not said.',
			},
		},
	},
} as const;

const schema = {type: 'object', additionalProperties: false, properties: convergenceParams} as const;

type Wish = {readonly [Name in keyof FromSchema<typeof schema>]?: FromSchema<typeof schema>[Name] | undefined};

/** The numbers are those of KubeVirt and Nova (time for each GiB, window, margin) and of xen-api (at least). */
const usual = {perGib: '150 s', atLeast: '240 s', window: '40 s', marginPercent: 4} as const;

const gib = 1024 ** 3;

/**
 * @throws StepError for pauses that do not grow.
 */
export function convergencePolicyOf(
	{max_downtime = [], deadline = {}, stall = {}}: Wish,
	size: {readonly memoryBytes: number; readonly diskBytes: number},
): ConvergencePolicy {
	const downtimesMs = [max_downtime].flat().map(parseDuration);
	if (downtimesMs.some((ms, index) => ms < 1 || ms <= (downtimesMs[index - 1] ?? 0))) {
		throw new StepError(
			`max_downtime is ${[max_downtime].flat().join(', ')}`,
			'each pause must be longer than the one before: [300 ms, 1 s, 3 s]',
			{retry: 'never'},
		);
	}
	const limitFor = (bytes: number) => {
		const forSize = (parseDuration(deadline.per_gib ?? usual.perGib) * bytes) / gib;
		return Math.round(Math.max(parseDuration(deadline.at_least ?? usual.atLeast), forSize));
	};
	return {
		downtimesMs,
		limits: {disksMs: limitFor(size.diskBytes), memoryMs: limitFor(size.memoryBytes)},
		stall: {
			windowMs: parseDuration(stall.window ?? usual.window),
			marginPercent: stall.margin_percent ?? usual.marginPercent,
		},
		timeoutAction: deadline.then ?? 'abort',
	};
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
