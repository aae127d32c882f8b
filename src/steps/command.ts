import {type Command, write} from '../shell/command.ts';
import {failureOf} from '../shell/demand.ts';
import {defineStep, type Json} from './step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['argv'],
	properties: {
		argv: {
			type: 'array',
			minItems: 1,
			items: {type: 'string'},
			description: 'The command and its arguments, one each: no shell reads them.',
		},
		stdin: {type: 'string', description: 'What the command reads on its standard input.'},
	},
} as const;

type CommandAction = {readonly command: Command};
type CommandReceipt = {readonly rc: number; readonly stdout: string; readonly stderr: string};

/** Runs any command. What it does is not known here, so it cannot be taken back. */
export const command = defineStep<typeof params, CommandAction, CommandReceipt>({
	kind: 'action',
	name: 'command',
	summary: 'Run a command on the host. No shell reads its arguments.',
	examples: ['command: {argv: [systemctl, restart, libvirtd]}'],
	effect: 'write',
	params,
	needs: () => [],
	plan({argv, stdin}, at) {
		const [program = '', ...rest] = argv;
		return {command: write(at.host, [program, ...rest], stdin === undefined ? {} : {stdin})};
	},
	preview: action => [action.command],
	async apply({command}, context) {
		const outcome = await context.attempt(command);
		if (outcome.end !== 'exited') throw failureOf(command, outcome);
		return {rc: outcome.code, stdout: outcome.stdout, stderr: outcome.stderr};
	},
	async verify() {},
	irreversible: 'only who wrote the command knows how to take it back',
	result: ({command}, {rc, stdout, stderr}) => ({
		cmd: command.argv,
		rc,
		stdout: stdout.trimEnd(),
		stderr: stderr.trimEnd(),
		stdout_lines: lines(stdout),
		stderr_lines: lines(stderr),
		...(rc === 0 ? {} : {failed: true, msg: `exit code ${rc}`}),
	}),
});

function lines(text: string): Json {
	const trimmed = text.trimEnd();
	return trimmed === '' ? [] : trimmed.split('\n');
}
