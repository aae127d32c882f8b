import {quoteArgv} from '../../shell/quote.ts';

/** The commands with which a person says what became of an action whose end nobody saw: one of them is run. */
export function resolutionCommands(run: string, id: string): readonly string[] {
	const line = (option: string, rest = '') => `${quoteArgv(['vacate', 'resume', run, option, id])}${rest}`;
	return [
		`it was done: ${line('--done')}`,
		`do it again: ${line('--again')}`,
		`leave it: ${line('--skip', " --reason 'why'")}`,
	];
}
