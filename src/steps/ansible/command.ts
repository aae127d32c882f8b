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
			description: 'Program and arguments as a list. No shell is involved.',
		},
		cmd: {
			type: 'string',
			minLength: 1,
			description: 'Program and arguments as one string. Quotes are respected; no shell is involved.',
		},
		...commandParams,
	},
} as const;

type Params = CommandParams & {readonly argv?: readonly string[]; readonly cmd?: string};

/** Runs any command. Its effects are unknown, so it can only be undone with `undo` of the task. */
export const command = defineCommandLine<Params>({
	name: 'command',
	summary: 'Run a command on the host, without a shell.',
	examples: [
		'command: {argv: [systemctl, restart, libvirtd]}',
		'command: systemctl restart libvirtd',
		'command: {cmd: mkdir /var/lib/guests, creates: /var/lib/guests}',
	],
	params,
	short: 'cmd',
	contradictions: ({argv, cmd}) =>
		argv === undefined || cmd === undefined ? [] : [{at: 'cmd', message: 'argv and cmd are mutually exclusive'}],
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
	throw new StepError(
		`${name}= inside the command string is passed as an argument`,
		`use command: {cmd: …, ${name}: …}`,
		{
			retry: 'never',
		},
	);
}

function split(text: string): readonly string[] {
	try {
		return splitWords(text);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		throw new StepError(`cannot parse the command: ${error.message}`, undefined, {retry: 'never'});
	}
}
