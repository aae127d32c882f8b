import type {Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Step} from '../steps/step.ts';
import {type Condition, compileCondition, compileTemplate, type Template} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {inherit, type Mapping, mappingOf, milliseconds, Reader, tagsOf} from './inherit.ts';
import {controls, handlerKeywords, reservedNames, taskKeywords, unsupportedKeywords} from './keywords.ts';
import type {Inherited, Loop, Place, Task} from './model.ts';
import type {Reading} from './reading.ts';
import {handlerSchema, taskSchema, writtenParams} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';

type Steps = ReadonlyMap<string, Step>;

/** Reads one task; undefined when it has mistakes, which the collector keeps. */
export function readTask(
	data: Mapping,
	id: string,
	place: Place,
	around: Inherited,
	reading: Reading,
): Task | undefined {
	const {steps, collector, handlers} = reading;
	const named = Object.keys(data).filter(key => steps.has(key));
	const step = steps.get(named[0] ?? '');
	const keywords = handlers ? handlerKeywords : taskKeywords;
	const problems = [
		...keyProblems(data, named, place, steps, keywords),
		...schemaProblems(handlers ? 'handler' : 'task', handlers ? handlerSchema : taskSchema, data, place),
		...loopProblems(data, place),
		...(step === undefined ? [] : paramsProblems(step, data[step.name], place)),
		...(data.undo !== undefined && !(step?.kind === 'action' && step.withUndo !== undefined)
			? [place.problemAtKey('undo goes with command and shell: other steps know how to be taken back', '/undo')]
			: []),
	];
	collector.add(problems);
	if (step === undefined || problems.length > 0) return undefined;
	return normalise(id, step, around, new Reader(data, place, collector));
}

function keyProblems(
	data: Mapping,
	named: readonly string[],
	place: Place,
	steps: Steps,
	keywords: object,
): readonly Problem[] {
	const unknown = Object.keys(data).filter(key => !Object.hasOwn(keywords, key) && !steps.has(key));
	const [first, second] = named;
	if (second !== undefined) {
		return [place.problemAtKey(`a task has one step, this has ${named.join(' and ')}`, pointerPart(second))];
	}
	if (first === undefined && unknown.length === 0) {
		return [place.problem('this task names no step', '', 'vacate doc lists the steps')];
	}
	return unknown.map(key => unknownKey(key, keywords, steps, place));
}

/** What to say of a key that is no keyword here. */
export function unknownKey(key: string, keywords: object, steps: Steps, place: Place): Problem {
	const at = pointerPart(key);
	if (unsupportedKeywords.has(key))
		return place.problemAtKey(`'${key}' is a keyword of Ansible that is not supported`, at);
	if (key.startsWith('with_')) return place.problemAtKey(`'${key}' is not supported`, at, 'write loop');
	if (key === 'listen') return place.problemAtKey('only a handler listens', at);
	const short = key.split('.').at(-1) ?? key;
	const names = [...steps.keys(), ...Object.keys(controls), ...Object.keys(keywords)];
	const hint = names.includes(short) ? `write ${short}` : (nearest(key, names) ?? 'vacate doc lists the steps');
	return place.problemAtKey(`there is no step or keyword '${key}'`, at, hint);
}

/** What no schema can say of a loop and of what is registered. */
export function loopProblems(data: Mapping, place: Place): readonly Problem[] {
	const {register, loop, loop_control} = data;
	return [
		...(typeof register === 'string' && reservedNames.has(register)
			? [place.problem(`'${register}' is a name that every host brings along`, '/register')]
			: []),
		...(loop_control !== undefined && loop === undefined
			? [place.problemAtKey('loop_control says how a loop runs, and there is no loop', '/loop_control')]
			: []),
	];
}

function paramsProblems(step: Step, params: unknown, place: Place): readonly Problem[] {
	return schemaProblems(`written_${step.name}`, writtenParams(step), params ?? {}, place, pointerPart(step.name));
}

function normalise(id: string, step: Step, around: Inherited, reader: Reader): Task | undefined {
	const {data, place, collector} = reader;
	const changedWhen = reader.conditions('changed_when');
	const failedWhen = reader.conditions('failed_when');
	const until = reader.conditions('until') ?? [];
	const inherited = inherit(around, reader);
	const common = {...named(reader, step.name), ...loopOf(reader)};
	const params = collector.attempt(place, () => compileParams(step, data[step.name], data.undo, place));
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
		attempts: typeof data.retries === 'number' ? data.retries : until.length > 0 ? 3 : 1,
		delayMs: milliseconds(data.delay) ?? 5000,
		until,
		...(changedWhen === undefined ? {} : {changedWhen}),
		...(failedWhen === undefined ? {} : {failedWhen}),
	};
}

/** Its name, and where it stands. */
export function named(reader: Reader, otherwise: string) {
	const {data, place} = reader;
	const name = typeof data.name === 'string' ? data.name : otherwise;
	const title = /\{[{%#]/.test(name) ? reader.template(name, '/name') : undefined;
	return {name, ...(title === undefined ? {} : {title}), listen: tagsOf(data.listen), place};
}

/** Its loop. */
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

/** `debug: hello` is `debug: {msg: hello}`; `virsh_list:` is `virsh_list: {}`. */
function compileParams(step: Step, written: unknown, undo: unknown, place: Place): Template {
	const pointer = pointerPart(step.name);
	const {short, conditions} = step;
	const isShort = !isMapping(written) && short !== undefined;
	const params = isShort ? {[short]: written} : mappingOf(written);
	const at: Place['at'] = (asked, index) => {
		if (asked.startsWith(`${pointer}/undo`)) return place.at(asked.slice(pointer.length), index);
		const whole = isShort ? pointer + pointerPart(short) : undefined;
		return place.at(
			whole !== undefined && asked.startsWith(whole) ? pointer + asked.slice(whole.length) : asked,
			index,
		);
	};
	const bare = step.expression === undefined ? undefined : params[step.expression];
	if (step.expression !== undefined && typeof bare === 'string' && !/\{[{%#]/.test(bare)) {
		const own = pointer + pointerPart(step.expression);
		// The text is read as an expression: what stands in its file begins after the braces.
		const shifted: Place['at'] = (asked, index) =>
			asked === own && index !== undefined ? at(asked, Math.max(0, index - 3)) : at(asked, index);
		return compileTemplate({...params, [step.expression]: `{{ ${bare} }}`}, shifted, pointer);
	}
	const template = compileTemplate({...params, ...(undo === undefined ? {} : {undo})}, at, pointer);
	return conditions === undefined ? template : withConditions(template, conditions, params, at, pointer);
}

/** Texts of this parameter are conditions: without {{ }} they are expressions by themselves. */
function withConditions(rest: Template, name: string, params: Mapping, at: Place['at'], pointer: string): Template {
	const written = params[name];
	const parts = [written].flat().map((part: unknown, index): Condition | Template => {
		const own = pointer + pointerPart(name) + (Array.isArray(written) ? pointerPart(index) : '');
		const bare = typeof part === 'string' && !/\{[{%#]/.test(part);
		return bare ? compileCondition(part, character => at(own, character)) : compileTemplate(part, at, own);
	});
	if (typeof written === 'string' && /\{[{%#]/.test(written)) return rest;
	return {
		...rest,
		constant: false,
		roots: new Map(parts.flatMap(({roots}) => [...roots]).concat([...rest.roots])),
		guarded: new Set([...rest.guarded, ...parts.flatMap(({guarded}) => [...guarded])]),
		evaluate: scope => ({
			...(rest.evaluate(scope) as Mapping),
			[name]: parts.map(part => ('test' in part ? part.test(scope) : part.evaluate(scope))),
		}),
	};
}
