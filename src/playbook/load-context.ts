import {InputError} from '../errors.ts';
import type {Vars} from '../inventory/inventory.ts';
import type {Step} from '../steps/step.ts';
import {Scope} from '../template/scope.ts';
import type {Template} from '../template/template.ts';
import type {YamlDocument} from '../yaml/document.ts';
import type {Collector} from './collector.ts';
import {type FileKind, type Files, foldersOf} from './files.ts';

/** What the reading of a playbook has at hand. */
export type PlaybookLoadContext = {
	readonly steps: ReadonlyMap<string, Step>;
	readonly files: Files;
	readonly collector: Collector;
	/** The playbook that was asked for. */
	readonly playbook: string;
	/** The file that is being read. */
	readonly file: string;
	/** It, and those that lead to it: to meet one again is a mistake. */
	readonly through: readonly string[];
	/** Is it the list of a play's handlers? */
	readonly handlers: boolean;
};

/** Where a file that is named here lies; undefined when there is none. */
export function findNamed(
	file: string,
	kind: FileKind,
	{files, file: from, playbook}: PlaybookLoadContext,
): string | undefined {
	return files.find(file, foldersOf(kind, from, playbook));
}

/**
 * A file that another one names.
 *
 * @throws InputError when it is not there, or leads to itself.
 */
export function openNamed(
	file: string,
	kind: 'tasks' | 'playbooks',
	reading: PlaybookLoadContext,
	problem: (message: string) => InputError['problems'][number],
): {readonly document: YamlDocument; readonly inside: PlaybookLoadContext} {
	const path = findNamed(file, kind, reading);
	if (path === undefined) throw new InputError([problem(`there is no file '${file}'`)]);
	if (reading.through.includes(path)) throw new InputError([problem(`'${file}' leads to itself`)]);
	return {document: reading.files.read(path), inside: {...reading, file: path, through: [...reading.through, path]}};
}

/**
 * The variables of a file; undefined when it is not there.
 *
 * @throws InputError for a file that holds no variables.
 */
export function variablesOf(file: string, reading: PlaybookLoadContext): Vars | undefined {
	const path = findNamed(file, 'vars', reading);
	return path === undefined ? undefined : reading.files.readVars(path);
}

/** What a template evaluates to without any variable; undefined when it needs some. */
export function constantText(template: Template | undefined): string | undefined {
	if (template === undefined || !template.constant) return undefined;
	const value = template.evaluate(new Scope([]));
	return typeof value === 'string' ? value : undefined;
}
