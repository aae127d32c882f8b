import {randomBytes} from 'node:crypto';
import {CommandError} from '../errors.ts';
import type {Command} from '../shell/command.ts';
import {demand} from '../shell/demand.ts';
import type {Outcome, Shell} from '../shell/shell.ts';
import {batch, splitBatch} from '../virsh/batch.ts';

type Subcommand = readonly string[];

/** The output of a subcommand, or why it could not be read. */
export type BatchAnswer = {readonly text: string} | {readonly failure: CommandError};

/**
 * Runs several subcommands in one virsh process. If the outputs cannot be separated, or virsh fails, each is run
 * separately, so that a failure affects only one.
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
 * Runs several subcommands in one virsh process: all outputs or none.
 *
 * @throws CommandError if virsh fails or the outputs cannot be separated, and as `demand`.
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

/** Unreadable output of virsh, as a failure of the command. */
export function unreadable(
	{host, argv}: Pick<Command, 'host' | 'argv'>,
	{stdout, stderr}: Pick<Outcome, 'stdout' | 'stderr'>,
	why: string,
): CommandError {
	return new CommandError({host, argv, ending: why, stdout, stderr});
}
