import type {Command} from 'commander';
import {collect} from './parsers.ts';

/** The options that select hosts and tasks, the same as those of ansible-playbook. */
export type SelectOptions = {
	readonly limit?: string;
	readonly tags?: readonly string[];
	readonly skipTags?: readonly string[];
	readonly startAtTask?: string;
};

export function withSelectOptions(command: Command): Command {
	return command
		.option('-l, --limit <pattern>', 'limit to hosts that match the pattern; @FILE reads patterns from a file')
		.option('-t, --tags <tags>', 'only run tasks with one of these tags (repeatable)', collect)
		.option('--skip-tags <tags>', 'skip tasks with one of these tags (repeatable)', collect)
		.option('--start-at-task <name>', 'start at the task with this name');
}
