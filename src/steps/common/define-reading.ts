import type {JSONSchema} from 'json-schema-to-ts';
import type {Command} from '../../shell/command.ts';
import {failureOf} from '../../shell/demand.ts';
import type {ActionStep, Result} from '../step.ts';

/** A step that runs one reading command and keeps what its parser makes of it. */
type Reading<Params> = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	readonly short?: string;
	/** Pure. */
	command(params: Params, host: string): Command;
	/** The exit codes that are an answer; 0 alone where it is left out. */
	readonly codes?: readonly number[];
	/** What `register` keeps. */
	result(stdout: string, code: number, params: Params): Result | Promise<Result>;
};

type ReadingAction<Params> = {readonly command: Command; readonly params: Params};

/** Makes the whole step of a reading. */
export function defineReading<Params>({
	command,
	codes = [0],
	result,
	...rest
}: Reading<Params>): ActionStep<Params, ReadingAction<Params>, Result> {
	return {
		...rest,
		kind: 'action',
		effect: 'read',
		needs: () => [],
		plan: (params, at) => ({command: command(params, at.host), params}),
		preview: action => [action.command],
		async apply({command, params}, context) {
			const outcome = await context.attempt(command);
			if (outcome.end !== 'exited' || !codes.includes(outcome.code)) throw failureOf(command, outcome);
			return result(outcome.stdout, outcome.code, params);
		},
		verify: async () => {},
		irreversible: 'nothing is changed',
		result: (_action, receipt) => receipt,
	};
}
