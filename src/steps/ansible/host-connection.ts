import {ConnectionLostError, StepError, UnreachableError} from '../../errors.ts';
import type {Command} from '../../shell/command.ts';
import type {Outcome} from '../../shell/shell.ts';
import type {StepContext} from '../step.ts';

/** How long to wait for a host, and the interval between attempts, in milliseconds. */
export type WaitTimes = {readonly timeoutMs: number; readonly sleepMs: number};

/**
 * Runs a command on a host repeatedly, reconnecting after each failed attempt, until `willDo` accepts the outcome.
 *
 *
 * @throws StepError on timeout, with the last failure.
 */
export async function untilAnswered(
	question: Command,
	waitTimes: WaitTimes,
	context: StepContext,
	willDo: (answer: Outcome) => boolean,
): Promise<Outcome> {
	const begun = context.now();
	for (;;) {
		const {answer, wrong} = await ask(question, context);
		if (answer !== undefined && willDo(answer)) return answer;
		if (context.now() - begun >= waitTimes.timeoutMs) {
			throw new StepError(
				`${question.host} did not respond as expected within ${waitTimes.timeoutMs / 1000} s: ${wrong}`,
				`check the console of ${question.host}`,
			);
		}
		await context.sleep(waitTimes.sleepMs);
		await context.reconnect(question.host);
	}
}

/** The outcome of the command, or why there is none. */
async function ask(
	question: Command,
	context: StepContext,
): Promise<{readonly answer?: Outcome; readonly wrong: string}> {
	try {
		const answer = await context.attempt(question);
		return {answer, wrong: `${question.argv.join(' ')} printed ${JSON.stringify(answer.stdout.trim())}`};
	} catch (error) {
		if (!(error instanceof UnreachableError || error instanceof ConnectionLostError)) throw error;
		return {wrong: error.message};
	}
}
