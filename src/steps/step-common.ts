import type {JSONSchema} from 'json-schema-to-ts';
import type {FactRequest, Facts} from '../facts/facts.ts';
import type {PlanContext} from './step-context.ts';

/** What cannot be said together. */
export type Contradiction = {
	/** The parameter to point at; one inside another as `migrate/zerocopy`. */
	readonly at: string;
	readonly message: string;
	readonly hint?: string;
};

/** What an action step and a composite step have in common. */
export type StepCommon<Params> = {
	/** The key a task names it by. */
	readonly name: string;
	readonly summary: string;
	/** Text for `vacate doc`: what it does to a guest, and a few examples. */
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	/** The parameter that a bare string stands for: `debug: hello` is `debug: {msg: hello}`. */
	readonly short?: string;
	/** The parameter whose texts are conditions, written without {{ }}. */
	readonly conditions?: string;
	/** The parameter whose text is an expression, written without {{ }}. */
	readonly expression?: string;
	/** The parameter that names a text file beside the playbook, and the one that its text is for. */
	readonly source?: {readonly param: string; readonly into: string};
	/** Parameters whose texts may be secret. */
	readonly secrets?: readonly string[];
	/** Done once for all hosts of a play. */
	readonly once?: true;
	/** Waits for what is still to come: nothing that is planned ahead does it. */
	readonly waits?: true;
	/**
	 * Pure: what of the parameters does not go together. They are as the schema wants them, but for expressions, whose values
	 * are not known yet: `isOpen` tells these.
	 */
	contradictions?(
		params: Readonly<Record<string, unknown>>,
		isOpen: (value: unknown) => boolean,
	): readonly Contradiction[];
	/** The facts it plans from, as far as they can be named with the facts there are. Asked again until it adds none. */
	needs(params: Params, at: PlanContext, facts: Facts): readonly FactRequest[];
	/** Can it do without this when it cannot be read? Without this it can do without nothing. */
	isOptional?(request: FactRequest, at: PlanContext): boolean;
};
