import type {FromSchema, JSONSchema} from 'json-schema-to-ts';
import type {ActionStep} from './action-step.ts';
import type {CompositeStep} from './composite-step.ts';

// The contract of a step, for all that use it.
export type {ActionStep, Skip} from './action-step.ts';
export type {
	ChosenMove,
	CompositeStep,
	Expansion,
	GuestStaying,
	Part,
	PartBounds,
	PartExpected,
	Rejected,
	Warning,
	WhyNotNow,
} from './composite-step.ts';
export type {Json} from './json.ts';
export type {Contradiction} from './step-common.ts';
export type {Peer, PlanContext, Progress, StepContext} from './step-context.ts';
export type {CreatedFile, GuestLocation, GuestMove, ImageFate, MoveRestores, Result} from './step-result.ts';

/** Any step, without its types. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds steps of every type; `defineStep` has checked each.
export type Step = ActionStep<any, any, any> | CompositeStep<any>;

/** Checks a step against the types implied by its schema and its plan. */
export function defineStep<const Schema extends JSONSchema, Action, Receipt>(
	step: {readonly params: Schema} & ActionStep<FromSchema<Schema>, Action, Receipt>,
): ActionStep<FromSchema<Schema>, Action, Receipt> {
	return step;
}

/** Checks a composite step against the types implied by its schema. */
export function defineComposite<const Schema extends JSONSchema>(
	step: {readonly params: Schema} & CompositeStep<FromSchema<Schema>>,
): CompositeStep<FromSchema<Schema>> {
	return step;
}
