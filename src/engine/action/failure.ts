import {
	CommandError,
	ConnectionLostError,
	type FailedCommand,
	InterruptedError,
	SeveralUnreachableError,
	StepError,
	StuckError,
	UnreachableError,
} from '../../errors.ts';
import {masked} from '../../shell/mask.ts';
import {quoteArgv} from '../../shell/quote.ts';
import type {CreatedFile, GuestLocation} from '../../steps/step.ts';
import type {Failure} from '../events.ts';

/** What is known after a failure: where the guest is, and which files may remain. */
export type Aftermath = {readonly where?: GuestLocation; readonly left?: readonly CreatedFile[]};

/** A failure, as data for reports. */
export function failureFacts(error: unknown, {where, left = []}: Aftermath = {}): Failure {
	const command = commandOf(error);
	return {
		code: codeOf(error),
		message: error instanceof Error ? error.message : String(error),
		remedies: remediesOf(error),
		...(where === undefined ? {} : {where: where.text}),
		...(left.length === 0 ? {} : {left}),
		...(command === undefined ? {} : {command}),
	};
}

function codeOf(error: unknown): string {
	if (error instanceof StuckError) return 'stuck';
	if (error instanceof UnreachableError) return 'unreachable';
	if (error instanceof ConnectionLostError) return 'connection-lost';
	if (error instanceof InterruptedError) return 'interrupted';
	if (error instanceof CommandError) return 'command';
	if (error instanceof StepError) return 'step';
	return 'bug';
}

function remediesOf(error: unknown): readonly string[] {
	if (error instanceof StuckError) return error.remedies;
	if (error instanceof SeveralUnreachableError) return [...new Set(error.errors.flatMap(({remedy}) => remedy ?? []))];
	if ((error instanceof StepError || error instanceof UnreachableError) && error.remedy) return [error.remedy];
	return [];
}

function commandOf(error: unknown): Failure['command'] {
	const failed = failedCommand(error);
	return failed && {host: failed.host, line: quoteArgv(failed.argv.map(masked)), stderr: failed.stderr.trim()};
}

function failedCommand(error: unknown): FailedCommand | undefined {
	if (error instanceof CommandError) return error.failed;
	return error instanceof Error && error.cause instanceof CommandError ? error.cause.failed : undefined;
}

/** Whether it failed only because a host was busy. */
export function isBusy(error: unknown): boolean {
	return error instanceof StepError && error.retry === 'busy';
}

/** Whether a move failed for a reason of the host that its guest goes to: another host may take it. */
export function isOfDestination(error: unknown, destination: string): boolean {
	if (error instanceof StepError) return error.side === 'destination';
	if (error instanceof CommandError) return error.failed.host === destination;
	return error instanceof UnreachableError && error.host === destination;
}

/** Whether a retry of the action can help. */
export function mayRetry(error: unknown): boolean {
	if (error instanceof StuckError || error instanceof InterruptedError) return false;
	if (error instanceof StepError) return error.retry !== 'never';
	return error instanceof CommandError || error instanceof UnreachableError || error instanceof ConnectionLostError;
}
