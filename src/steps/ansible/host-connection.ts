import {ConnectionLostError, StepError, UnreachableError} from '../../errors.ts';
import type {Command} from '../../shell/command.ts';
import type {Outcome} from '../../shell/shell.ts';
import type {StepContext} from '../step.ts';

/** How long to wait for a host, and how often to ask. In milliseconds. */
export type WaitTimes = {readonly timeoutMs: number; readonly sleepMs: number};

/**
 * Asks a host again and again, each time over a connection that is made anew when the last one has gone, until its answer
 * will do.
 *
 * @throws StepError when the time is over, with what was wrong last.
 */
export async function untilAnswered(
	question: Command,
	patience: WaitTimes,
	context: StepContext,
	willDo: (answer: Outcome) => boolean,
): Promise<Outcome> {
	const begun = context.now();
	for (;;) {
		const {answer, wrong} = await ask(question, context);
		if (answer !== undefined && willDo(answer)) return answer;
		if (context.now() - begun >= patience.timeoutMs) {
			throw new StepError(
				`${question.host} has not come back within ${patience.timeoutMs / 1000} s: ${wrong}`,
				`look at the console of ${question.host}`,
			);
		}
		await context.sleep(patience.sleepMs);
		await context.reconnect(question.host);
	}
}

/** What a host answers, or why it does not. */
async function ask(
	question: Command,
	context: StepContext,
): Promise<{readonly answer?: Outcome; readonly wrong: string}> {
	try {
		const answer = await context.attempt(question);
		return {answer, wrong: `${question.argv.join(' ')} gave ${JSON.stringify(answer.stdout.trim())}`};
	} catch (error) {
		if (!(error instanceof UnreachableError || error instanceof ConnectionLostError)) throw error;
		return {wrong: error.message};
	}
}
