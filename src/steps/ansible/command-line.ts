import type {JSONSchema} from 'json-schema-to-ts';
import {StepError} from '../../errors.ts';
import type {Facts} from '../../facts/facts.ts';
import {type Command, read, write} from '../../shell/command.ts';
import {failureOf} from '../../shell/demand.ts';
import {showsSecret} from '../../shell/mask.ts';
import type {Secret} from '../../shell/secret.ts';
import type {ActionStep, Contradiction, Json, PlanContext, Result, StepContext} from '../step.ts';

/** The parameters that `command` and `shell` share. */
export const commandParams = {
	chdir: {type: 'string', minLength: 1, description: 'Directory in which to run the command.'},
	creates: {type: 'string', minLength: 1, description: 'Path of a file. If it exists, the command is not run.'},
	removes: {type: 'string', minLength: 1, description: 'Path of a file. If it does not exist, the command is not run.'},
	stdin: {type: 'string', description: 'Standard input of the command.'},
	undo: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string'}},
		],
		description: 'Command that undoes this one. It can also be a keyword of the task.',
	},
	check: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string'}},
		],
		description:
			'A command that only reads and exits with 0 when the work is done: it is run when the end of the command was not seen. It may stand beside the step.',
	},
} as const;

export type CommandParams = {
	readonly chdir?: string;
	readonly creates?: string;
	readonly removes?: string;
	readonly stdin?: string | Secret;
	readonly undo?: string | readonly string[];
	readonly check?: string | readonly string[];
};

type Argv = readonly [string, ...string[]];

export type CommandAction = {
	readonly command: Command;
	/** What `register` keeps as `cmd`. */
	readonly cmd: string | readonly string[];
	/** Why the command is not run. */
	readonly idle?: string;
	readonly undo?: Command;
	/** What shows that it is done; left out when only a person can tell. */
	readonly evidence?: Evidence;
};

/** All of it holds when the command has done its work. */
type Evidence = {readonly creates?: string; readonly removes?: string; readonly check?: Command};

export type CommandReceipt = {readonly rc: number; readonly stdout: string; readonly stderr: string};

/** How a step builds an argument vector from its parameters. */
type Spelling<Params> = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	readonly short: string;
	contradictions?(params: Readonly<Record<string, unknown>>): readonly Contradiction[];
	/** @throws StepError */
	argv(params: Params): Argv;
	/** The argument vector of a command that is written beside it: the one given in `undo`, and the one that checks it. */
	otherArgv(written: string | readonly string[], params: Params): Argv;
	cmd(params: Params): string | readonly string[];
};

/** Defines a step that runs a command, and its variant for tasks with `undo`. */
export function defineCommandLine<Params extends CommandParams>({
	argv,
	otherArgv,
	cmd,
	contradictions = () => [],
	...rest
}: Spelling<Params>): ActionStep<Params, CommandAction, CommandReceipt> {
	const common = {
		...rest,
		contradictions: (params: Readonly<Record<string, unknown>>) => contradictions(params),
		kind: 'action',
		effect: 'write',
		outputMayBeSecret: true,
		secrets: ['stdin'],
		needs: ({creates, removes}: Params, {host}: PlanContext) =>
			[creates, removes].flatMap(path => (path === undefined ? [] : [{kind: 'path', host, path} as const])),
		plan(params: Params, {host}: PlanContext, facts: Facts): CommandAction {
			const {stdin, undo, chdir, check, creates, removes} = params;
			const input = stdin === undefined ? {} : {stdin};
			const idle = idleBecause(params, host, facts);
			const evidence = {
				...(creates === undefined ? {} : {creates}),
				...(removes === undefined ? {} : {removes}),
				...(check === undefined ? {} : {check: read(host, inFolder(chdir, keepable(otherArgv(check, params))))}),
			};
			return {
				command: write(host, inFolder(chdir, argv(params)), input),
				cmd: cmd(params),
				...(idle === undefined ? {} : {idle}),
				...(undo === undefined ? {} : {undo: write(host, inFolder(chdir, keepable(otherArgv(undo, params))))}),
				...(Object.keys(evidence).length === 0 ? {} : {evidence}),
			};
		},
		preview: ({command, idle}: CommandAction) => (idle === undefined ? [command] : []),
		async apply({command, idle}: CommandAction, context: StepContext): Promise<CommandReceipt> {
			if (idle !== undefined) return {rc: 0, stdout: idle, stderr: ''};
			const outcome = await context.attempt(command);
			if (outcome.end !== 'exited') throw failureOf(command, outcome);
			return {rc: outcome.code, stdout: outcome.stdout, stderr: outcome.stderr};
		},
		async verify() {},
		canAdopt: ({idle, evidence}: CommandAction) => idle !== undefined || evidence !== undefined,
		async adopt(action: CommandAction, context: StepContext): Promise<CommandReceipt> {
			const missing = action.idle === undefined ? await missingEvidence(action, context) : undefined;
			if (missing !== undefined) throw new StepError(missing);
			return unseen;
		},
		receiptIfDone: () => unseen,
		result: resultOf,
	} as const;
	const withUndo: ActionStep<Params, CommandAction, CommandReceipt> = {
		...common,
		async undo({undo, idle}, _receipt, context) {
			if (undo !== undefined && idle === undefined) await context.run(undo);
		},
	};
	return {
		...common,
		withUndo,
		isWithUndo: ({undo}) => undo !== undefined,
		irreversible: 'its effects are unknown; add `undo:` to the task',
	};
}

/** Of a command that has finished and whose output nobody saw. */
const unseen: CommandReceipt = {rc: 0, stdout: '', stderr: ''};

/** Why the command has not done its work, according to its task. */
async function missingEvidence(
	{command: {host}, evidence = {}}: CommandAction,
	context: StepContext,
): Promise<string | undefined> {
	const {creates, removes, check} = evidence;
	const paths = [creates, removes].flatMap(path => (path === undefined ? [] : [{kind: 'path', host, path} as const]));
	const facts = await context.facts(paths);
	const exists = (path: string) => facts.of({kind: 'path', host, path}).type !== 'absent';
	if (creates !== undefined && !exists(creates)) return `${creates} does not exist on ${host}`;
	if (removes !== undefined && exists(removes)) return `${removes} still exists on ${host}`;
	if (check === undefined) return undefined;
	const outcome = await context.attempt(check);
	if (outcome.end !== 'exited') throw failureOf(check, outcome);
	return outcome.code === 0 ? undefined : `its check on ${host} exits with ${outcome.code}`;
}

/** @throws StepError when an undo or check command contains a secret, which the journal would store. */
function keepable(argv: Argv): Argv {
	if (!argv.some(showsSecret)) return argv;
	throw new StepError('undo or check contains a secret, which the journal would store', 'read the secret from a file', {
		retry: 'never',
	});
}

/** The reason not to run the command: `creates` exists, or `removes` does not. */
function idleBecause({creates, removes}: CommandParams, host: string, facts: Facts): string | undefined {
	const isThere = (path: string) => facts.of({kind: 'path', host, path}).type !== 'absent';
	if (creates !== undefined && isThere(creates)) return `skipped, since ${creates} exists`;
	if (removes !== undefined && !isThere(removes)) return `skipped, since ${removes} does not exist`;
	return undefined;
}

function inFolder(folder: string | undefined, argv: Argv): Argv {
	if (folder === undefined) return argv;
	return ['sh', '-c', 'cd -- "$1" && shift && exec "$@"', 'sh', folder, ...argv];
}

/** @throws StepError for an empty command. */
export function argvOf(words: readonly string[]): Argv {
	const [program, ...args] = words;
	if (program === undefined) throw new StepError('no command given', undefined, {retry: 'never'});
	return [program, ...args];
}

function resultOf({cmd, idle}: CommandAction, {rc, stdout, stderr}: CommandReceipt): Result {
	return {
		cmd,
		rc,
		stdout: stdout.replace(/[\r\n]+$/, ''),
		stderr: stderr.replace(/[\r\n]+$/, ''),
		stdout_lines: lines(stdout),
		stderr_lines: lines(stderr),
		...(idle === undefined ? {} : {changed: false}),
		...(rc === 0 ? {} : {failed: true, msg: `exit code ${rc}`}),
	};
}

function lines(text: string): Json {
	const trimmed = text.replace(/[\r\n]+$/, '');
	return trimmed === '' ? [] : trimmed.split(/\r?\n/);
}
