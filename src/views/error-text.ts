import {
	CommandError,
	exitCodes,
	InputError,
	InterruptedError,
	JournalError,
	PrerequisiteError,
	StuckError,
	UnreachableError,
} from '../errors.ts';
import {quoteArgv} from '../shell/quote.ts';
import {visible} from './format.ts';
import {problemsText} from './problems.ts';

/** What a person reads when a command of the tool ends with an error. */
export function errorText(error: unknown): string {
	if (error instanceof InputError) return problemsText(error.problems);
	if (error instanceof PrerequisiteError || error instanceof UnreachableError) return withRemedies(error, error.remedy);
	if (error instanceof StuckError) return withRemedies(error, error.remedies.join('\n  '));
	if (error instanceof CommandError) {
		const {host, argv, stderr} = error.failed;
		return `${visible(error.message)}\n  command on ${host}: ${visible(quoteArgv(argv))}\n  ${visible(stderr.trim())}`;
	}
	if (error instanceof JournalError || error instanceof InterruptedError) return visible(error.message);
	const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return `this is a bug of vacate, please report it:\n${trace}`;
}

/** The exit code that an error ends the program with. */
export function exitCodeOf(error: unknown): number {
	if (error instanceof InputError) return exitCodes.input;
	if (error instanceof PrerequisiteError || error instanceof UnreachableError) return exitCodes.prerequisite;
	if (error instanceof StuckError || error instanceof JournalError) return exitCodes.stuck;
	if (error instanceof InterruptedError) return exitCodes.interrupted;
	return error instanceof CommandError ? exitCodes.undone : exitCodes.bug;
}

function withRemedies(error: Error, remedy: string | undefined): string {
	return remedy === undefined ? visible(error.message) : `${visible(error.message)}\n  ${remedy}`;
}
