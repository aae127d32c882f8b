import {Argument, Command} from 'commander';
import type {Candidate} from '../options/candidates.ts';

/** The script for each shell; it asks this program for the completions. */
const scripts = {
	bash: `_vacate() {
	mapfile -t COMPREPLY < <(vacate complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1)
}
complete -o default -F _vacate vacate
`,
	zsh: `#compdef vacate
_vacate() {
	local line
	local -a found
	for line in "\${(@f)$(vacate complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
		[[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
	done
	if (( \${#found} )); then _describe vacate found; else _files; fi
}
compdef _vacate vacate
`,
	fish: `complete --command vacate --arguments '(vacate complete -- (commandline --tokenize --cut-at-cursor --current-process)[2..] (commandline --current-token) 2>/dev/null)'
`,
} as const;

/** `vacate completion SHELL`: prints the completion script of a shell. */
export function completionCommand(): Command {
	return new Command('completion')
		.description('Print the completion script for a shell. To load it in bash: source <(vacate completion bash)')
		.addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
		.action((shell: keyof typeof scripts) => {
			process.stdout.write(scripts[shell]);
		});
}

/** `vacate complete -- WORD…`: prints the completions of the last word, for the scripts above. */
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
