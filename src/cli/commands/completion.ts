import {Argument, Command} from 'commander';
import {commandGroups} from '../command-groups.ts';

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
		.helpGroup(commandGroups.help)
		.description('Print the completion script for a shell. To load it in bash: source <(vacate completion bash)')
		.addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
		.action((shell: keyof typeof scripts) => {
			process.stdout.write(scripts[shell]);
		});
}
