import type {JSONSchema} from 'json-schema-to-ts';
import type {FactRequest, Facts} from '../facts/facts.ts';
import type {PlanContext} from './step-context.ts';

/** Parameters that contradict each other. */
export type Contradiction = {
	/** The parameter to report; nested parameters as `migrate/zerocopy`. */
	readonly at: string;
	readonly message: string;
	readonly hint?: string;
};

/** What an action step and a composite step have in common. */
export type StepCommon<Params> = {
	/** The key of the step in a task. */
	readonly name: string;
	readonly summary: string;
	/** Examples for `vacate doc`. */
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	/** The parameter that is set by a bare string: `debug: hello` is `debug: {msg: hello}`. */
	readonly short?: string;
	/** The parameter whose strings are conditions, written without {{ }}. */
	readonly conditions?: string;
	/** The parameter whose string is an expression, written without {{ }}. */
	readonly expression?: string;
	/** The parameter with the path of a text file, relative to the playbook, and the parameter that receives its content. */
	readonly source?: {readonly param: string; readonly into: string};
	/** Parameters whose values may be secret. */
	readonly secrets?: readonly string[];
	/** Executed once for all hosts of a play. */
	readonly once?: true;
	/** Its parameters are variables of the host, which may be unknown in a rehearsal. */
	readonly setsVariables?: true;
	/** Waits for an event. It is not executed in a rehearsal. */
	readonly waits?: true;
	/**
	 * Pure: contradictions among the parameters, which match the schema except for expressions whose values
	 * are not known yet, as `isOpen` reports.
	 */
	contradictions?(
		params: Readonly<Record<string, unknown>>,
		isOpen: (value: unknown) => boolean,
	): readonly Contradiction[];
	/** The facts required for planning, given the facts known so far. Called again until it adds none. */
	needs(params: Params, at: PlanContext, facts: Facts): readonly FactRequest[];
	/** Whether planning can continue without this fact if it cannot be read. Default: no. */
	isOptional?(request: FactRequest, at: PlanContext): boolean;
};
