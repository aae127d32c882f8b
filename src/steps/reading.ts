import type {JSONSchema} from 'json-schema-to-ts';
import type {Command} from '../shell/command.ts';
import type {ActionStep, Result} from './step.ts';

/** A step that runs one reading command and keeps what its parser makes of it. */
type Reading<Params> = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	readonly short?: string;
	/** Pure. */
	command(params: Params, host: string): Command;
	/** What `register` keeps. */
	result(stdout: string, params: Params): Result | Promise<Result>;
};

type ReadingAction<Params> = {readonly command: Command; readonly params: Params};

/** Makes the whole step of a reading. */
export function defineReading<Params>({
	command,
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
		apply: async (action, context) => result((await context.run(action.command)).stdout, action.params),
		verify: async () => {},
		irreversible: 'nothing is changed',
		result: (_action, receipt) => receipt,
	};
}
