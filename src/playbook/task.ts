import type {Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Step} from '../steps/step.ts';
import {type Condition, compileCondition, compileTemplate, type Template} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import {parseDuration} from '../units/units.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Collector} from './collector.ts';
import {reservedNames, taskKeywords, unsupportedKeywords} from './keywords.ts';
import type {Place, Task} from './model.ts';
import {taskSchema, writtenParams} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';

type Mapping = Readonly<Record<string, unknown>>;
type Steps = ReadonlyMap<string, Step>;

/** Reads one task; undefined when it has mistakes, which the collector keeps. */
export function readTask(
	data: unknown,
	id: string,
	place: Place,
	steps: Steps,
	collector: Collector,
): Task | undefined {
	if (!isMapping(data)) {
		collector.add([place.problem('a task is a mapping', '', 'write - STEP: {…}')]);
		return undefined;
	}
	const named = Object.keys(data).filter(key => steps.has(key));
	const step = steps.get(named[0] ?? '');
	const problems = [
		...keyProblems(data, named, place, steps),
		...schemaProblems('task', taskSchema, data, place),
		...keywordProblems(data, place),
		...(step === undefined ? [] : paramsProblems(step, data[step.name], place)),
	];
	collector.add(problems);
	return step === undefined || problems.length > 0 ? undefined : normalise(data, id, step, place, collector);
}

function keyProblems(data: Mapping, named: readonly string[], place: Place, steps: Steps): readonly Problem[] {
	const unknown = Object.keys(data).filter(key => !Object.hasOwn(taskKeywords, key) && !steps.has(key));
	const [first, second] = named;
	if (second !== undefined) {
		return [place.problemAtKey(`a task has one step, this has ${named.join(' and ')}`, pointerPart(second))];
	}
	if (first === undefined && unknown.length === 0) {
		return [place.problem('this task names no step', '', 'vacate doc lists the steps')];
	}
	return unknown.map(key => unknownKey(key, steps, place));
}

function unknownKey(key: string, steps: Steps, place: Place): Problem {
	const at = pointerPart(key);
	if (unsupportedKeywords.has(key))
		return place.problemAtKey(`'${key}' is a keyword of Ansible that is not supported`, at);
	if (key.startsWith('with_')) return place.problemAtKey(`'${key}' is not supported`, at, 'write loop');
	const short = key.split('.').at(-1) ?? key;
	const hint = steps.has(short)
		? `write ${short}`
		: (nearest(key, [...steps.keys(), ...Object.keys(taskKeywords)]) ?? 'vacate doc lists the steps');
	return place.problemAtKey(`there is no step or keyword '${key}'`, at, hint);
}

/** What no schema can say. */
function keywordProblems(data: Mapping, place: Place): readonly Problem[] {
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

function normalise(data: Mapping, id: string, step: Step, place: Place, collector: Collector): Task | undefined {
	const conditions = (key: string): readonly Condition[] | undefined => {
		const given = data[key];
		if (given === undefined) return undefined;
		const list = (Array.isArray(given) ? given : [given]) as readonly (string | boolean)[];
		return list.flatMap((text, index) => {
			const pointer = Array.isArray(given) ? `/${key}${pointerPart(index)}` : `/${key}`;
			return collector.attempt(place, () => compileCondition(text, character => place.at(pointer, character))) ?? [];
		});
	};
	const template = (value: unknown, pointer: string): Template | undefined =>
		value === undefined ? undefined : collector.attempt(place, () => compileTemplate(value, place.at, pointer));
	const control = isMapping(data.loop_control) ? data.loop_control : {};
	const loop = template(data.loop, '/loop');
	const label = template(control.label, '/loop_control/label');
	const delegateTo = template(data.delegate_to, '/delegate_to');
	const changedWhen = conditions('changed_when');
	const failedWhen = conditions('failed_when');
	const until = conditions('until') ?? [];
	const when = conditions('when') ?? [];
	const vars = collector.vars(place, data.vars, '/vars');
	const params = collector.attempt(place, () => compileParams(step, data[step.name], place));
	if (params === undefined) return undefined;
	return {
		id,
		name: typeof data.name === 'string' ? data.name : step.name,
		step,
		params,
		when,
		...(loop === undefined ? {} : {loop}),
		loopVar: typeof control.loop_var === 'string' ? control.loop_var : 'item',
		...(label === undefined ? {} : {label}),
		...(typeof data.register === 'string' ? {register: data.register} : {}),
		attempts: typeof data.retries === 'number' ? data.retries : until.length > 0 ? 3 : 1,
		delayMs: delayOf(data.delay),
		until,
		...(changedWhen === undefined ? {} : {changedWhen}),
		...(failedWhen === undefined ? {} : {failedWhen}),
		ignoreErrors: data.ignore_errors === true,
		...(delegateTo === undefined ? {} : {delegateTo}),
		vars,
		place,
	};
}

/** `debug: hello` is `debug: {msg: hello}`; `virsh_list:` is `virsh_list: {}`. */
function compileParams(step: Step, params: unknown, place: Place): Template {
	const pointer = pointerPart(step.name);
	if (isMapping(params) || step.short === undefined) return compileTemplate(params ?? {}, place.at, pointer);
	const short = pointer + pointerPart(step.short);
	const at: Place['at'] = (asked, index) =>
		place.at(asked.startsWith(short) ? pointer + asked.slice(short.length) : asked, index);
	return compileTemplate({[step.short]: params}, at, pointer);
}

function delayOf(delay: unknown): number {
	if (typeof delay === 'number') return delay * 1000;
	return typeof delay === 'string' ? parseDuration(delay) : 5000;
}
