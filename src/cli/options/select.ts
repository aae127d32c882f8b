import type {Command} from 'commander';
import {collect} from './collect.ts';

/** The options that choose hosts and tasks, as ansible-playbook has them. */
export type SelectOptions = {
	readonly limit?: string;
	readonly tags?: readonly string[];
	readonly skipTags?: readonly string[];
	readonly startAtTask?: string;
};

export function withSelectOptions(command: Command): Command {
	return command
		.option('-l, --limit <pattern>', 'only these hosts: a pattern, or @FILE with one a line')
		.option('-t, --tags <tags>', 'only tasks with one of these tags (repeatable)', collect)
		.option('--skip-tags <tags>', 'no tasks with one of these tags (repeatable)', collect)
		.option('--start-at-task <name>', 'begin with the task of that name');
}
