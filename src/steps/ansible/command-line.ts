import type {JSONSchema} from 'json-schema-to-ts';
import {StepError} from '../../errors.ts';
import type {Facts} from '../../facts/facts.ts';
import {type Command, read, write} from '../../shell/command.ts';
import {failureOf} from '../../shell/demand.ts';
import {showsSecret} from '../../shell/mask.ts';
import type {Secret} from '../../shell/secret.ts';
import type {ActionStep, Json, PlanContext, Result, StepContext} from '../step.ts';

/** The parameters that `command` and `shell` share. */
export const commandParams = {
	chdir: {type: 'string', minLength: 1, description: 'The folder to run it in.'},
	creates: {type: 'string', minLength: 1, description: 'A file: when it is there, nothing is run.'},
	removes: {type: 'string', minLength: 1, description: 'A file: when it is not there, nothing is run.'},
	stdin: {type: 'string', description: 'What the command reads on its standard input.'},
	undo: {
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', minItems: 1, items: {type: 'string'}},
		],
		description: 'The command that takes it back; it may stand beside the step.',
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
	/** Why nothing is run. */
	readonly idle?: string;
	readonly undo?: Command;
	/** What shows that it is done; left out when only a person can tell. */
	readonly evidence?: Evidence;
};

/** All of it holds when the command has done its work. */
type Evidence = {readonly creates?: string; readonly removes?: string; readonly check?: Command};

export type CommandReceipt = {readonly rc: number; readonly stdout: string; readonly stderr: string};

/** How a step makes an argument vector of what it is given. */
type Spelling<Params> = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	readonly short: string;
	/** @throws StepError */
	argv(params: Params): Argv;
	/** Of a command that is written beside it: the one that takes it back, and the one that checks it. */
	otherArgv(written: string | readonly string[], params: Params): Argv;
	cmd(params: Params): string | readonly string[];
};

/** Makes a step of any command, and the same step for a task that says how to take it back. */
export function defineCommandLine<Params extends CommandParams>({
	argv,
	otherArgv,
	cmd,
	...rest
}: Spelling<Params>): ActionStep<Params, CommandAction, CommandReceipt> {
	const common = {
		...rest,
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
		irreversible: 'only who wrote the command knows how to take it back',
	};
}

/** Of a command that is done and whose output nobody saw. */
const unseen: CommandReceipt = {rc: 0, stdout: '', stderr: ''};

/** Why the command is not done, by what its task says of it. */
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

/** @throws StepError for a command beside another that shows a secret: the journal has to keep it. */
function keepable(argv: Argv): Argv {
	if (!argv.some(showsSecret)) return argv;
	throw new StepError(
		'undo or check shows a secret, and the journal has to keep it',
		'let it read the secret from a file',
		{
			retry: 'never',
		},
	);
}

/** Whether what it would make is there, or what it would take away is not. */
function idleBecause({creates, removes}: CommandParams, host: string, facts: Facts): string | undefined {
	const isThere = (path: string) => facts.of({kind: 'path', host, path}).type !== 'absent';
	if (creates !== undefined && isThere(creates)) return `not run, since ${creates} is there`;
	if (removes !== undefined && !isThere(removes)) return `not run, since ${removes} is not there`;
	return undefined;
}

function inFolder(folder: string | undefined, argv: Argv): Argv {
	if (folder === undefined) return argv;
	return ['sh', '-c', 'cd -- "$1" && shift && exec "$@"', 'sh', folder, ...argv];
}

/** @throws StepError for an empty command. */
export function argvOf(words: readonly string[]): Argv {
	const [program, ...args] = words;
	if (program === undefined) throw new StepError('there is no command to run', undefined, {retry: 'never'});
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
