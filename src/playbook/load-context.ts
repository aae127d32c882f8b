import {InputError} from '../errors.ts';
import type {Vars} from '../inventory/inventory.ts';
import type {Step} from '../steps/step.ts';
import {Scope} from '../template/scope.ts';
import type {Template} from '../template/template.ts';
import type {YamlDocument} from '../yaml/document.ts';
import type {Collector} from './collector.ts';
import {type FileKind, type Files, foldersOf} from './files.ts';

/** The context in which a playbook is loaded. */
export type PlaybookLoadContext = {
	readonly steps: ReadonlyMap<string, Step>;
	readonly files: Files;
	readonly collector: Collector;
	/** The playbook given on the command line. */
	readonly playbook: string;
	/** The file that is being read. */
	readonly file: string;
	/** That file and the files that import it, to detect cycles. */
	readonly through: readonly string[];
	/** Whether the list is the handlers of a play. */
	readonly handlers: boolean;
};

/** The path of a file that is named here; undefined if it does not exist. */
export function findNamed(
	file: string,
	kind: FileKind,
	{files, file: from, playbook}: PlaybookLoadContext,
): string | undefined {
	return files.find(file, foldersOf(kind, from, playbook));
}

/** The maximum number of files that import one another in a row. */
const mostDepth = 50;

/**
 * Opens a file that another one names.
 *
 * @throws InputError if it does not exist or imports itself.
 */
export function openNamed(
	file: string,
	kind: 'tasks' | 'playbooks',
	reading: PlaybookLoadContext,
	problem: (message: string) => InputError['problems'][number],
): {readonly document: YamlDocument; readonly inside: PlaybookLoadContext} {
	const path = findNamed(file, kind, reading);
	if (path === undefined) throw new InputError([problem(`file '${file}' not found`)]);
	reading.collector.countImport(problem);
	if (reading.through.length > mostDepth)
		throw new InputError([problem(`imports are nested more than ${mostDepth} deep; that is the maximum`)]);
	if (reading.through.includes(path)) throw new InputError([problem(`'${file}' imports itself`)]);
	return {document: reading.files.read(path), inside: {...reading, file: path, through: [...reading.through, path]}};
}

/**
 * The variables of a file; undefined if it does not exist.
 *
 * @throws InputError for a file without variables.
 */
export function variablesOf(file: string, reading: PlaybookLoadContext): Vars | undefined {
	const path = findNamed(file, 'vars', reading);
	return path === undefined ? undefined : reading.files.readVars(path);
}

/** The value of a template that needs no variables; undefined for any other. */
export function constantText(template: Template | undefined): string | undefined {
	if (template === undefined || !template.constant) return undefined;
	const value = template.evaluate(new Scope([]));
	return typeof value === 'string' ? value : undefined;
}
