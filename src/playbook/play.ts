import {dirname} from 'node:path';
import type {Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {Scope} from '../template/scope.ts';
import {compileTemplate} from '../template/template.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {ReadContext} from './controls.ts';
import {inherit, isExpression, type Mapping, Reader} from './inherit.ts';
import {playKeywords} from './keywords.ts';
import {type PlaybookLoadContext, variablesOf} from './load-context.ts';
import {type Handler, type Inherited, type Node, orders, type Play, type SourceRange, strategies} from './model.ts';
import {readNodes} from './nodes.ts';
import {playSchema} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';
import {unsupported} from './task.ts';
import {unsupportedKeywords} from './unsupported-keywords.ts';
import {walkTasks} from './walk.ts';

/** Reads a play; undefined if it is invalid, and its errors go to the collector. */
export function readPlay(
	data: Mapping,
	id: string,
	place: SourceRange,
	around: Inherited,
	reading: PlaybookLoadContext,
): Play | undefined {
	const {collector} = reading;
	const problems = playProblems(data, place);
	collector.add(problems);
	const reader = new Reader(data, place, collector);
	// Tasks do not inherit the variables of the play directly: those of vars_files come in between.
	const {vars, ...rest} = problems.length === 0 ? inherit({...around, vars: {}}, reader) : {...around, vars: {}};
	const spot: ReadContext = {place, around: {...rest, vars: {}}, reading};
	const part = (key: string, word: string, handlers = false) =>
		readNodes(data[key], `/${key}`, index => `${id}.${word}${index}`, {...spot, reading: {...reading, handlers}});
	const sections = {
		preTasks: part('pre_tasks', 'pre'),
		tasks: part('tasks', 'task'),
		postTasks: part('post_tasks', 'post'),
	};
	const handlers = handlersOf(part('handlers', 'handler', true), reading);
	collector.add(
		notifyProblems([...sections.preTasks, ...sections.tasks, ...sections.postTasks, ...handlers], handlers),
	);
	const hosts = collector.attempt(place, () => compileTemplate(data.hosts, place.at, '/hosts'));
	const maxFailPercentage = reader.numberOr('max_fail_percentage');
	if (hosts === undefined) return undefined;
	return {
		id,
		name: typeof data.name === 'string' ? data.name : String(data.hosts),
		folder: dirname(reading.file),
		hosts,
		vars: {...vars, ...around.vars},
		tags: rest.tags,
		varsFiles: varsFilesOf(data.vars_files, reader),
		readVars: file => variablesOf(file, reading),
		...sections,
		handlers,
		forceHandlers: data.force_handlers === true,
		gathersFacts: data.gather_facts === true,
		login: loginOf(reader),
		strategy: wordOr(data.strategy, strategies, 'linear'),
		order: wordOr(data.order, orders, 'inventory'),
		settings: settingsOf(reader),
		serial: reader.templates('serial'),
		...(maxFailPercentage === undefined ? {} : {maxFailPercentage}),
		place,
	};
}

/** The word, unless it is an expression. */
function wordOr<Word extends string>(written: unknown, words: readonly Word[], otherwise: Word): Word {
	return words.find(word => word === written) ?? otherwise;
}

function settingsOf(reader: Reader): Play['settings'] {
	const names = ['strategy', 'order', 'force_handlers'].filter(name => isExpression(reader.data[name]));
	const templates = names.map(name => [name, reader.template(reader.data[name], `/${name}`)] as const);
	return Object.fromEntries(
		templates.flatMap(([name, template]) => (template === undefined ? [] : [[name, template]])),
	);
}

function playProblems(data: Mapping, place: SourceRange): readonly Problem[] {
	const known = Object.keys(data).filter(key => unsupportedKeywords.has(key) && !Object.hasOwn(playKeywords, key));
	const rest = Object.fromEntries(Object.entries(data).filter(([key]) => !known.includes(key)));
	const empty = ['pre_tasks', 'tasks', 'post_tasks', 'handlers', 'roles'].every(key => data[key] === undefined);
	return [
		...known.map(key => unsupported(key, place)),
		...schemaProblems('play', playSchema, rest, place),
		...(empty ? [place.problem("'tasks' is missing", '')] : []),
	];
}

function loginOf(reader: Reader): Play['login'] {
	const user = reader.template(reader.data.remote_user, '/remote_user');
	const port = reader.template(reader.data.port, '/port');
	return {...(user === undefined ? {} : {user}), ...(port === undefined ? {} : {port})};
}

function varsFilesOf(written: unknown, reader: Reader): Play['varsFiles'] {
	const files = Array.isArray(written) ? written : written === undefined ? [] : [written];
	return files.map((entry: unknown, index) => {
		const pointer = Array.isArray(written) ? `/vars_files${pointerPart(index)}` : '/vars_files';
		if (!Array.isArray(entry)) return [reader.template(entry, pointer) ?? []].flat();
		return entry.flatMap((file, place) => reader.template(file, pointer + pointerPart(place)) ?? []);
	});
}

/** A block of handlers only sets keywords for all of them. */
function handlersOf(nodes: readonly Node[], reading: PlaybookLoadContext): readonly Handler[] {
	return nodes.flatMap((node): readonly Handler[] => {
		if (node.kind === 'block') return handlersOf([...node.block, ...node.rescue, ...node.always], reading);
		if (node.kind === 'task' || node.kind === 'include') return [node];
		reading.collector.add([node.place.problem(`a handler cannot be ${node.kind}`, '')]);
		return [];
	});
}

/** Notifications without a matching handler. */
function notifyProblems(nodes: readonly Node[], handlers: readonly Handler[]): readonly Problem[] {
	const heard = new Set(handlers.flatMap(({name, listen}) => [name, ...listen]));
	if (handlers.some(({title}) => title !== undefined)) return [];
	return [...walkTasks(nodes)].flatMap(({notify, place}) =>
		notify.flatMap(template => {
			const name = template.constant ? template.evaluate(new Scope([])) : undefined;
			if (typeof name !== 'string' || heard.has(name)) return [];
			return [place.problem(`no handler '${name}' in this play`, '/notify', nearest(name, heard))];
		}),
	);
}
