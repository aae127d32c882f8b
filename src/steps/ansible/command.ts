import {StepError} from '../../errors.ts';
import {splitWords} from '../../shell/split-words.ts';
import {argvOf, type CommandParams, commandParams, defineCommandLine} from './command-line.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		argv: {
			type: 'array',
			minItems: 1,
			items: {type: 'string'},
			description: 'The command and its arguments, one each: no shell reads them.',
		},
		cmd: {
			type: 'string',
			minLength: 1,
			description: 'The same as one text: parted at its spaces, with quotes, and not read by a shell.',
		},
		...commandParams,
	},
} as const;

type Params = CommandParams & {readonly argv?: readonly string[]; readonly cmd?: string};

/** Runs any command. What it does is not known here: only the task can say, in `undo`, what takes it back. */
export const command = defineCommandLine<Params>({
	name: 'command',
	summary: 'Run a command on the host. No shell reads its arguments.',
	examples: [
		'command: {argv: [systemctl, restart, libvirtd]}',
		'command: systemctl restart libvirtd',
		'command: {cmd: mkdir /var/lib/guests, creates: /var/lib/guests}',
	],
	params,
	short: 'cmd',
	argv: ({argv, cmd}) => argvOf(argv ?? wordsOf(cmd ?? '')),
	otherArgv: written => argvOf(typeof written === 'string' ? wordsOf(written) : written),
	cmd: ({argv, cmd}) => argv ?? wordsOf(cmd ?? ''),
});

/** @throws StepError for a text that is no command, and for Ansible's parameters within it: they would be arguments. */
function wordsOf(text: string): readonly string[] {
	const words = split(text);
	const [, name] =
		words.map(word => /^(creates|removes|chdir|stdin|warn)=/.exec(word)).find(found => found !== null) ?? [];
	if (name === undefined) return words;
	throw new StepError(`${name}= within a command is an argument of it`, `write command: {cmd: …, ${name}: …}`, {
		retry: 'never',
	});
}

function split(text: string): readonly string[] {
	try {
		return splitWords(text);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		throw new StepError(`the command cannot be read: ${error.message}`, undefined, {retry: 'never'});
	}
}
