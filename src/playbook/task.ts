import type {Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Step} from '../steps/step.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {contradictionProblems} from './contradictions.ts';
import {inherit, isExpression, type Mapping, mappingOf, milliseconds, Reader, tagsOf} from './inherit.ts';
import {controls, handlerKeywords, taskKeywords} from './keywords.ts';
import type {PlaybookLoadContext} from './load-context.ts';
import type {Inherited, Loop, PlaybookTask, SourceRange} from './model.ts';
import {moduleHint} from './module-hints.ts';
import {commandsBeside, compileParams, withSource} from './params.ts';
import {reservedNames} from './reserved-names.ts';
import {handlerSchema, taskSchema, writtenParams} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';
import {type SourceText, sourceOf, withoutSource} from './source.ts';
import {unsupportedKeywords} from './unsupported-keywords.ts';

type Steps = ReadonlyMap<string, Step>;

/** Reads a task; undefined if it is invalid, and its errors go to the collector. */
export function readTask(
	data: Mapping,
	id: string,
	place: SourceRange,
	around: Inherited,
	reading: PlaybookLoadContext,
): PlaybookTask | undefined {
	const {steps, collector, handlers} = reading;
	const named = Object.keys(data).filter(key => steps.has(key));
	const step = steps.get(named[0] ?? '');
	const keywords = handlers ? handlerKeywords : taskKeywords;
	const {source, problems: sourceProblems} =
		step === undefined ? {problems: []} : sourceOf(step, data[step.name], place, reading);
	const problems = [
		...keyProblems(data, named, place, steps, keywords),
		...schemaProblems(handlers ? 'handler' : 'task', handlers ? handlerSchema : taskSchema, data, place),
		...loopProblems(data, place),
		...(step === undefined ? [] : paramsProblems(step, data[step.name], place)),
		...sourceProblems,
		...(step?.kind === 'action' && step.withUndo !== undefined ? [] : besideProblems(data, place)),
	];
	collector.add(problems);
	if (step === undefined || problems.length > 0) return undefined;
	return normalise(id, step, around, new Reader(data, place, collector), source);
}

function besideOf(data: Mapping): Mapping {
	return Object.fromEntries(commandsBeside.flatMap(key => (data[key] === undefined ? [] : [[key, data[key]]])));
}

function besideProblems(data: Mapping, place: SourceRange): readonly Problem[] {
	const why = {undo: 'other steps define their own undo', check: 'other steps define their own check'};
	return commandsBeside.flatMap(key =>
		data[key] === undefined
			? []
			: [place.problemAtKey(`${key} is only supported by command and shell; ${why[key]}`, `/${key}`)],
	);
}

function keyProblems(
	data: Mapping,
	named: readonly string[],
	place: SourceRange,
	steps: Steps,
	keywords: object,
): readonly Problem[] {
	const unknown = Object.keys(data).filter(key => !Object.hasOwn(keywords, key) && !steps.has(key));
	const [first, second] = named;
	if (second !== undefined) {
		return [place.problemAtKey(`a task must have exactly one step, found ${named.join(' and ')}`, pointerPart(second))];
	}
	if (first === undefined && unknown.length === 0) {
		return [place.problem('the task has no step', '', 'vacate doc lists the steps')];
	}
	return unknown.map(key => unknownKey(key, keywords, steps, place));
}

/** The error for an unknown key. */
export function unknownKey(key: string, keywords: object, steps: Steps, place: SourceRange): Problem {
	const at = pointerPart(key);
	if (unsupportedKeywords.has(key)) return unsupported(key, place);
	if (key.startsWith('with_')) return place.problemAtKey(`'${key}' is not supported`, at, 'write loop');
	if (key === 'listen') return place.problemAtKey('listen is only supported in handlers', at);
	const module = moduleHint(key);
	if (module !== undefined) return place.problemAtKey(`Ansible module '${key}' is not supported`, at, module);
	const short = key.split('.').at(-1) ?? key;
	const names = [...steps.keys(), ...Object.keys(controls), ...Object.keys(keywords)];
	const hint = names.includes(short) ? `write ${short}` : (nearest(key, names) ?? 'vacate doc lists the steps');
	return place.problemAtKey(`unknown step or keyword '${key}'`, at, hint);
}

/** The error for an unsupported keyword of Ansible. */
export function unsupported(key: string, place: SourceRange): Problem {
	const hint = unsupportedKeywords.get(key);
	return place.problemAtKey(`Ansible keyword '${key}' is not supported`, pointerPart(key), hint);
}

/** Errors in loops and registered variables that a schema cannot express. */
export function loopProblems(data: Mapping, place: SourceRange): readonly Problem[] {
	const {register, loop, loop_control} = data;
	return [
		...(typeof register === 'string' && reservedNames.has(register)
			? [place.problem(`cannot register '${register}': the name is reserved`, '/register')]
			: []),
		...(loop_control !== undefined && loop === undefined && !Object.keys(data).some(key => key.startsWith('with_'))
			? [place.problemAtKey('loop_control requires loop', '/loop_control')]
			: []),
	];
}

function paramsProblems(step: Step, params: unknown, place: SourceRange): readonly Problem[] {
	const problems = schemaProblems(
		`written_${step.name}`,
		writtenParams(step),
		params ?? {},
		place,
		pointerPart(step.name),
	);
	return problems.length > 0 ? problems : contradictionProblems(step, params, place, isExpression);
}

function normalise(
	id: string,
	step: Step,
	around: Inherited,
	reader: Reader,
	source: SourceText | undefined,
): PlaybookTask | undefined {
	const {data, place, collector} = reader;
	const changedWhen = reader.conditions('changed_when');
	const failedWhen = reader.conditions('failed_when');
	const until = reader.conditions('until') ?? [];
	const inherited = inherit(around, reader);
	const common = {...named(reader, step.name), ...loopOf(reader)};
	const written = withoutSource(step, data[step.name], source);
	const compiled = collector.attempt(place, () => compileParams(step, written, besideOf(data), place));
	const params = compiled && withSource(compiled, source);
	if (params === undefined) return undefined;
	const says = data.undo ?? mappingOf(data[step.name]).undo;
	const doing = says !== undefined && step.kind === 'action' ? (step.withUndo ?? step) : step;
	return {
		kind: 'task',
		id,
		...inherited,
		...common,
		step: doing,
		params,
		...(typeof data.register === 'string' ? {register: data.register} : {}),
		attempts: reader.numberOr('retries') ?? (until.length > 0 ? 3 : 1),
		delayMs: isExpression(data.delay)
			? (reader.template(data.delay, '/delay') ?? 0)
			: (milliseconds(data.delay) ?? 5000),
		until,
		...(changedWhen === undefined ? {} : {changedWhen}),
		...(failedWhen === undefined ? {} : {failedWhen}),
	};
}

/** The name and position of a task. */
export function named(reader: Reader, otherwise: string) {
	const {data, place} = reader;
	const name = typeof data.name === 'string' ? data.name : otherwise;
	const title = /\{[{%#]/.test(name) ? reader.template(name, '/name') : undefined;
	return {name, ...(title === undefined ? {} : {title}), listen: tagsOf(data.listen), place};
}

/** The loop of a task. */
export function loopOf(reader: Reader): Loop {
	const {data} = reader;
	const control = mappingOf(data.loop_control);
	const loop = reader.template(data.loop, '/loop');
	const label = reader.template(control.label, '/loop_control/label');
	return {
		...(loop === undefined ? {} : {loop}),
		loopVar: typeof control.loop_var === 'string' ? control.loop_var : 'item',
		...(typeof control.index_var === 'string' ? {indexVar: control.index_var} : {}),
		...(label === undefined ? {} : {label}),
		pauseMs: milliseconds(control.pause) ?? 0,
		extended: control.extended === true,
		breakWhen: reader.conditions('break_when', control, '/loop_control') ?? [],
	};
}
