import {type CommandParams, commandParams, defineCommandLine} from './command-line.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['cmd'],
	properties: {
		cmd: {type: 'string', minLength: 1, description: 'Shell command line, with pipes and redirections.'},
		executable: {type: 'string', minLength: 1, description: 'Shell to use (default: /bin/sh).'},
		...commandParams,
	},
} as const;

type Params = CommandParams & {readonly cmd: string; readonly executable?: string};

const argv = (cmd: string, {executable = '/bin/sh'}: Params) => [executable, '-c', cmd] as const;

/** Lets a shell of the host read a line. Values of variables are quoted with the filter `quote`. */
export const shell = defineCommandLine<Params>({
	name: 'shell',
	summary: 'Run a shell command line on the host. Use `command` if no shell features are needed.',
	examples: ['shell: virsh list --name | wc -l', 'shell: {cmd: "cat {{ path | quote }} > copy", chdir: /tmp}'],
	params,
	short: 'cmd',
	argv: params => [...argv(params.cmd, params)],
	otherArgv: (written, params) => [...argv(typeof written === 'string' ? written : written.join(' '), params)],
	cmd: ({cmd}) => cmd,
});
