import {InputError} from '../errors.ts';
import type {Vars} from '../inventory/inventory.ts';
import {literal} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {Collector} from './collector.ts';
import {inherit, isExpression, type Mapping, mappingOf, Reader} from './inherit.ts';
import {type ControlKeyword, controlKeywords} from './keywords.ts';
import {constantText, findNamed, openNamed, type PlaybookLoadContext, variablesOf} from './load-context.ts';
import type {Include, IncludeVars, Inherited, Loop, Meta, Node, SourceRange} from './model.ts';
import {within} from './place.ts';
import {controlSchema} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';
import {loopOf, loopProblems, named, unknownKey} from './task.ts';

/** The context in which a node is read. */
export type ReadContext = {
	readonly place: SourceRange;
	readonly around: Inherited;
	readonly reading: PlaybookLoadContext;
};

/** Reads the tasks of a file, with ids that begin with the one given. @throws InputError */
export type ReadFile = (document: YamlDocument, id: string, spot: Omit<ReadContext, 'place'>) => readonly Node[];

/** Actions of Ansible that are not supported, with what to do instead. */
const unsupportedMeta: ReadonlyMap<string, string> = new Map([
	['clear_facts', 'omit it: facts are not gathered'],
	['end_role', 'use a condition on the tasks that follow'],
	['refresh_inventory', 'run the following plays separately: the inventory is read once'],
	['reset_connection', 'use wait_for_connection'],
]);

/** Reads a control, which the run itself executes. */
export function readControl(
	control: ControlKeyword,
	data: Mapping,
	id: string,
	spot: ReadContext,
	readFile: ReadFile,
): readonly Node[] {
	const {place, reading} = spot;
	const keywords = {...controlKeywords[control], ...(reading.handlers ? {listen: true} : {})};
	const unknown = Object.keys(data).filter(key => key !== control && !Object.hasOwn(keywords, key));
	const problems = [
		...unknown.map(key =>
			key === 'loop'
				? place.problemAtKey(`${control} does not support loop`, '/loop', 'use include_tasks, which does')
				: unknownKey(key, keywords, reading.steps, place),
		),
		...(control === 'meta' && unsupportedMeta.has(String(data.meta))
			? [place.problem(`meta: ${data.meta} is not supported`, '/meta', unsupportedMeta.get(String(data.meta)))]
			: schemaProblems(`control_${control}`, controlSchema(control), data, place)),
		...loopProblems(data, place),
	];
	reading.collector.add(problems);
	if (problems.length > 0) return [];
	return readers[control](data, id, new Reader(data, place, reading.collector), spot, readFile);
}

type ReadControl = (
	data: Mapping,
	id: string,
	reader: Reader,
	spot: ReadContext,
	readFile: ReadFile,
) => readonly Node[];

const readers: Readonly<Record<ControlKeyword, ReadControl>> = {
	import_tasks(data, id, reader, {place, around, reading}, readFile) {
		const file = String(mappingOf(data.import_tasks).file ?? data.import_tasks);
		const at = isMapping(data.import_tasks) ? '/import_tasks/file' : '/import_tasks';
		if (isExpression(file)) {
			reading.collector.add([
				place.problem(
					'an imported file name cannot contain expressions',
					at,
					'use include_tasks, which is evaluated during the run',
				),
			]);
			return [];
		}
		try {
			const {document, inside} = openNamed(file, 'tasks', reading, message => place.problem(message, at));
			return readFile(document, id, {around: inherit(around, reader), reading: inside});
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
			reading.collector.add(error.problems);
			return [];
		}
	},
	include_tasks(data, id, reader, {place, around, reading}, readFile) {
		const at = isMapping(data.include_tasks) ? '/include_tasks/file' : '/include_tasks';
		const file = reader.template(mappingOf(data.include_tasks).file ?? data.include_tasks, at);
		if (file === undefined) return [];
		const inherited = inherit(around, reader);
		const loop = loopOf(reader);
		const applied = inherit(around, applyReader(data, reader));
		const own = Object.keys(mappingOf(data.vars));
		const vars = Object.fromEntries(Object.entries(inherited.vars).filter(([name]) => own.includes(name)));
		const open = (name: string, prefix: string, into: PlaybookLoadContext, more: Vars = {}) => {
			const {document, inside} = openNamed(name, 'tasks', into, message => place.problem(message, at));
			const includeVars = {...around.includeVars, ...vars, ...more};
			return readFile(document, prefix, {around: {...applied, includeVars}, reading: inside});
		};
		const include: Include = {
			kind: 'include',
			id,
			...inherited,
			...named(reader, 'include_tasks'),
			...loop,
			file,
			known: knownTasks(constantText(file), reading, name => open(name, id, reading, namesOfLoop(loop))),
			open(name, prefix, more) {
				const collector = new Collector();
				// A file may include itself: a condition ends the recursion during the run.
				const nodes = open(name, prefix, {...reading, collector, through: []}, more);
				collector.throwIfAny();
				return nodes;
			},
		};
		return [include];
	},
	include_vars(data, id, reader, {place, around, reading}) {
		const {file: written = data.include_vars, name} = mappingOf(data.include_vars);
		const at = isMapping(data.include_vars) ? '/include_vars/file' : '/include_vars';
		const file = reader.template(written, at);
		if (file === undefined) return [];
		const open = (path: string) => {
			const vars = variablesOf(path, reading);
			if (vars === undefined) throw new InputError([place.problem(`file '${path}' not found`, at)]);
			return vars;
		};
		const constant = constantText(file);
		const include: IncludeVars = {
			kind: 'include_vars',
			id,
			...inherit(around, reader),
			...named(reader, 'include_vars'),
			...loopOf(reader),
			file,
			...(typeof name === 'string' ? {into: name} : {}),
			...(typeof data.register === 'string' ? {register: data.register} : {}),
			open,
			known: constant === undefined ? {} : (attempted(reading.collector, () => open(constant)) ?? {}),
		};
		return [include];
	},
	meta(data, id, reader, {around}) {
		const action = data.meta as Meta['action'];
		return [{kind: 'meta', id, ...inherit(around, reader), ...named(reader, action), action}];
	},
};

/** The keywords in `apply` of an include. */
function applyReader({include_tasks: written}: Mapping, {place, collector}: Reader): Reader {
	return new Reader(mappingOf(mappingOf(written).apply), within(place, '/include_tasks/apply'), collector);
}

/** The loop variables that included tasks can use: their values are only known during the run. */
function namesOfLoop({loop, loopVar, indexVar}: Loop): Vars {
	if (loop === undefined) return {};
	const names = ['ansible_loop', 'ansible_loop_var', loopVar, ...(indexVar === undefined ? [] : [indexVar])];
	return Object.fromEntries(names.map(name => [name, literal(null)]));
}

/** The tasks of an include whose file is known, so that its errors are reported before the run. A file may include itself. */
function knownTasks(
	file: string | undefined,
	reading: PlaybookLoadContext,
	open: (file: string) => readonly Node[],
): readonly Node[] {
	if (file === undefined || reading.through.includes(findNamed(file, 'tasks', reading) ?? '')) return [];
	return attempted(reading.collector, () => open(file)) ?? [];
}

function attempted<T>(collector: Collector, read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		collector.add(error.problems);
		return undefined;
	}
}
