import {type CommandParams, commandParams, defineCommandLine} from './command-line.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['cmd'],
	properties: {
		cmd: {type: 'string', minLength: 1, description: 'A line of a shell, with pipes and redirections.'},
		executable: {type: 'string', minLength: 1, description: 'The shell that reads it. Else /bin/sh.'},
		...commandParams,
	},
} as const;

type Params = CommandParams & {readonly cmd: string; readonly executable?: string};

const argv = (cmd: string, {executable = '/bin/sh'}: Params) => [executable, '-c', cmd] as const;

/** Lets a shell of the host read a line. Values of variables are quoted with the filter `quote`. */
export const shell = defineCommandLine<Params>({
	name: 'shell',
	summary: 'Let a shell of the host run a line, with pipes and redirections. Prefer command where none is needed.',
	examples: ['shell: virsh list --name | wc -l', 'shell: {cmd: "cat {{ path | quote }} > copy", chdir: /tmp}'],
	params,
	short: 'cmd',
	argv: params => [...argv(params.cmd, params)],
	otherArgv: (written, params) => [...argv(typeof written === 'string' ? written : written.join(' '), params)],
	cmd: ({cmd}) => cmd,
});
