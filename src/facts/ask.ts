import {randomBytes} from 'node:crypto';
import {CommandError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import {demand} from '../shell/demand.ts';
import type {Outcome, Shell} from '../shell/shell.ts';
import {batch, splitBatch} from '../virsh/batch.ts';

type Subcommand = readonly string[];

/** What one subcommand printed, or why it could not be read. */
export type BatchAnswer = {readonly text: string} | {readonly failure: CommandError};

/**
 * Asks several subcommands in one virsh process. When the answers cannot be told apart, or virsh fails, each is asked by
 * itself, so that what cannot be read is lost alone.
 *
 * @throws ConnectionLostError, UnreachableError and InterruptedError, as `demand`.
 */
export async function askEach(
	shell: Shell,
	host: string,
	subcommands: readonly Subcommand[],
): Promise<readonly BatchAnswer[]> {
	if (subcommands.length === 0) return [];
	try {
		return (await askAll(shell, host, subcommands)).texts.map(text => ({text}));
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		if (subcommands.length === 1) return [{failure: error}];
	}
	const answers: BatchAnswer[] = [];
	for (const subcommand of subcommands) answers.push(...(await askEach(shell, host, [subcommand])));
	return answers;
}

/**
 * Asks several subcommands in one virsh process: all answers, or none.
 *
 * @throws CommandError when virsh fails or its answers cannot be told apart, and as `demand`.
 */
export async function askAll(
	shell: Shell,
	host: string,
	subcommands: readonly Subcommand[],
): Promise<{readonly texts: readonly string[]; readonly stderr: string}> {
	const marker = `--- ${randomBytes(16).toString('hex')} ---`;
	const command = batch(host, subcommands, marker);
	const outcome = await demand(shell, command);
	try {
		return {texts: splitBatch(outcome.stdout, subcommands.length, marker), stderr: outcome.stderr};
	} catch (error) {
		throw unreadable(command, outcome, error instanceof Error ? error.message : String(error));
	}
}

/** An answer of virsh that cannot be read, as a failure of the command. */
export function unreadable(
	{host, argv}: Pick<Command, 'host' | 'argv'>,
	{stdout, stderr}: Pick<Outcome, 'stdout' | 'stderr'>,
	why: string,
): CommandError {
	return new CommandError({host, argv, ending: why, stdout, stderr});
}
