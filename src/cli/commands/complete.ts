import {Command} from 'commander';
import type {Candidate} from '../options/candidates.ts';

/** `vacate complete -- WORD…`: prints the completions of the last word, for the scripts of `vacate completion`. */
export function completeCommand(program: Command): Command {
	return new Command('complete').argument('[word...]').action(async (words: readonly string[]) => {
		const {candidates} = await import('../options/candidates.ts');
		const found = await candidates(program, words, {run: runNames, topic: topicNames});
		const line = ({word, description}: Candidate) => `${word}\t${description.replace(/\s+/g, ' ')}\n`;
		process.stdout.write(found.map(line).join(''));
	});
}

async function runNames(): Promise<readonly Candidate[]> {
	const [{readdir}, {runsFolder}] = await Promise.all([
		import('node:fs/promises'),
		import('../../store/read-journal.ts'),
	]);
	const runs = (await readdir(runsFolder).catch(() => [])).sort().reverse();
	return [{word: 'last', description: 'the most recent run'}, ...runs.map(word => ({word, description: 'run'}))];
}

async function topicNames(): Promise<readonly Candidate[]> {
	const [{steps}, {controls}, {keywordDocs}] = await Promise.all([
		import('../../steps/index.ts'),
		import('../../playbook/keywords.ts'),
		import('../../playbook/keyword-docs.ts'),
	]);
	return [
		...[...steps.values()].map(({name, summary}) => ({word: name, description: summary})),
		...Object.entries(controls).map(([word, {description}]) => ({word, description})),
		...[...keywordDocs.keys()].map(word => ({word, description: 'keyword'})),
	];
}
