import {quoteArgv} from '../../shell/quote.ts';

/** The commands that resolve an action whose outcome is unknown; the operator runs one of them. */
export function resolutionCommands(run: string, id: string): readonly string[] {
	const line = (option: string, rest = '') => `${quoteArgv(['vacate', 'resume', run, option, id])}${rest}`;
	return [
		`it was done: ${line('--done')}`,
		`do it again: ${line('--again')}`,
		`leave it: ${line('--skip', " --reason 'why'")}`,
	];
}
