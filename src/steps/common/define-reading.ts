import type {JSONSchema} from 'json-schema-to-ts';
import type {Command} from '../../shell/command.ts';
import {failureOf} from '../../shell/demand.ts';
import {parsed} from '../../shell/parsed.ts';
import {type DomainStatus, listDomains} from '../../virsh/domains.ts';
import type {ActionStep, Result} from '../step.ts';

/** A step that runs one read-only command and returns its parsed output. */
type Reading<Params> = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	readonly short?: string;
	/** Pure. */
	command(params: Params, host: string): Command;
	/** Exit codes that count as success. Default: only 0. */
	readonly codes?: readonly number[];
	/** The result for `register`. */
	result(stdout: string, code: number, params: Params): Result | Promise<Result>;
};

type ReadingAction<Params> = {readonly command: Command; readonly params: Params};

/** Defines a step for a read-only command. */
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
			const {code} = outcome;
			return parsed(command, outcome, stdout => result(stdout, code, params));
		},
		verify: async () => {},
		irreversible: 'nothing is changed',
		result: (_action, receipt) => receipt,
	};
}

/** A step that reads the guests of the host. */
type CensusReading<Params> = Omit<Reading<Params>, 'command' | 'codes' | 'result'> & {
	/** The result for `register`. */
	result(entries: readonly DomainStatus[], params: Params): Result;
};

/** Defines a step that reads the guests of the host from the same facts as all other steps. */
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
