import type {JSONSchema} from 'json-schema-to-ts';
import type {Command} from '../../shell/command.ts';
import {failureOf} from '../../shell/demand.ts';
import {type DomainStatus, listDomains} from '../../virsh/domains.ts';
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

/** A step that reads who is on the host. */
type CensusReading<Params> = Omit<Reading<Params>, 'command' | 'codes' | 'result'> & {
	/** What `register` keeps. */
	result(entries: readonly DomainStatus[], params: Params): Result;
};

/** Makes the whole step of a reading of the host's guests, as all other steps read them. */
export function defineCensusReading<Params>({
	result,
	...rest
}: CensusReading<Params>): ActionStep<Params, {readonly host: string; readonly params: Params}, Result> {
	return {
		...rest,
		kind: 'action',
		effect: 'read',
		needs: () => [],
		plan: (params, at) => ({host: at.host, params}),
		preview: ({host}) => [listDomains(host)],
		async apply({host, params}, context) {
			const request = {kind: 'domains', host} as const;
			return result((await context.facts([request])).of(request), params);
		},
		verify: async () => {},
		irreversible: 'nothing is changed',
		result: (_action, receipt) => receipt,
	};
}
