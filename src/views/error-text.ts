import {
	CommandError,
	ConnectionLostError,
	InputError,
	InterruptedError,
	isSystemError,
	JournalError,
	PrerequisiteError,
	StepError,
	StuckError,
	UnreachableError,
} from '../errors.ts';
import {masked} from '../shell/mask.ts';
import {quoteArgv} from '../shell/quote.ts';
import {visible} from './columns.ts';
import {problemsText} from './problems.ts';

/** The text printed when a vacate command ends with an error. */
export function errorText(error: unknown): string {
	if (error instanceof InputError) return problemsText(error.problems);
	if (error instanceof PrerequisiteError || error instanceof UnreachableError || error instanceof StepError) {
		return withLines(error, error.remedy?.split('\n') ?? []);
	}
	if (error instanceof StuckError) return withLines(error, error.remedies);
	if (error instanceof CommandError) {
		const {host, argv, stderr} = error.failed;
		return withLines(error, [`command on ${host}: ${quoteArgv(argv.map(masked))}`, ...stderr.trimEnd().split('\n')]);
	}
	if (error instanceof ConnectionLostError) {
		const {host, argv} = error;
		return withLines(error, [
			`command on ${host}: ${quoteArgv(argv.map(masked))}`,
			`the outcome of the command is unknown: check ${host}`,
		]);
	}
	if (error instanceof JournalError || error instanceof InterruptedError) return visible(error.message);
	if (isSystemError(error)) return visible(error.message);
	const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return `this is a bug in vacate; please report it:\n${trace.split('\n').map(visible).join('\n')}`;
}

function withLines(error: Error, lines: readonly string[]): string {
	return [error.message, ...lines.filter(line => line !== '').map(line => `  ${line}`)].map(visible).join('\n');
}
