import type {Problem} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import type {Step} from '../steps/step.ts';
import {type Condition, compileCondition, compileTemplate, type Template} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import {parseDuration} from '../units/units.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Collector} from './collector.ts';
import {taskKeywords, unsupportedKeywords} from './keywords.ts';
import type {Place, Task} from './model.ts';
import {taskSchema, writtenParams} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';

/** Reads one task; undefined when it has mistakes, which the collector keeps. */
export function readTask(
	data: unknown,
	id: string,
	place: Place,
	steps: ReadonlyMap<string, Step>,
	collector: Collector,
): Task | undefined {
	if (!isMapping(data)) {
		collector.add([place.problem('a task is a mapping', '', 'write - STEP: {…}')]);
		return undefined;
	}
	const keys = Object.keys(data).filter(key => !Object.hasOwn(taskKeywords, key));
	const named = keys.filter(key => steps.has(key));
	const [stepName] = named;
	const step = stepName === undefined ? undefined : steps.get(stepName);
	const problems = [
		...keys.filter(key => !steps.has(key)).map(key => unknownKey(key, steps, place)),
		...(named.length > 1
			? [place.problemAtKey(`a task has one step, this has ${named.join(' and ')}`, pointerPart(named[1] ?? ''))]
			: []),
		...(keys.length === 0
			? [place.problem('this task names no step', '', `steps: ${[...steps.keys()].join(', ')}`)]
			: []),
		...schemaProblems('task', taskSchema, data, place),
		...(step === undefined
			? []
			: schemaProblems(`written_${step.name}`, writtenParams(step), data[step.name], place, pointerPart(step.name))),
	];
	collector.add(problems);
	if (step === undefined || problems.length > 0) return undefined;
	return collector.attempt(place, () => normalise(data, id, step, place, collector));
}

function normalise(
	data: Readonly<Record<string, unknown>>,
	id: string,
	step: Step,
	place: Place,
	collector: Collector,
): Task {
	const conditions = (key: string): readonly Condition[] | undefined => {
		const given = data[key];
		if (given === undefined) return undefined;
		const list = Array.isArray(given) ? given : [given];
		return list.map((text: string | boolean, index) => {
			const pointer = Array.isArray(given) ? `/${key}${pointerPart(index)}` : `/${key}`;
			return compileCondition(text, character => place.at(pointer, character));
		});
	};
	const template = (key: string) =>
		data[key] === undefined ? undefined : compileTemplate(data[key], place.at, `/${key}`);
	const control = isMapping(data.loop_control) ? data.loop_control : {};
	const label =
		control.label === undefined ? undefined : compileTemplate(control.label, place.at, '/loop_control/label');
	const changedWhen = conditions('changed_when');
	const failedWhen = conditions('failed_when');
	const loop = template('loop');
	const delegateTo = template('delegate_to');
	const until = conditions('until') ?? [];
	return {
		id,
		name: typeof data.name === 'string' ? data.name : step.name,
		step,
		params: compileParams(step, data[step.name], place),
		when: conditions('when') ?? [],
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
		vars: collector.vars(place, data.vars, '/vars'),
		place,
	};
}

/** `debug: hello` is `debug: {msg: hello}`; `virsh_list:` is `virsh_list: {}`. */
function compileParams(step: Step, params: unknown, place: Place): Template {
	const pointer = pointerPart(step.name);
	if (params === null || params === undefined) return compileTemplate({}, place.at, pointer);
	if (isMapping(params) || step.short === undefined) return compileTemplate(params, place.at, pointer);
	const short = pointer + pointerPart(step.short);
	const at: Place['at'] = (asked, index) =>
		place.at(asked.startsWith(short) ? pointer + asked.slice(short.length) : asked, index);
	return compileTemplate({[step.short]: params}, at, pointer);
}

function delayOf(delay: unknown): number {
	if (typeof delay === 'number') return delay * 1000;
	return typeof delay === 'string' ? parseDuration(delay) : 5000;
}

function unknownKey(key: string, steps: ReadonlyMap<string, Step>, place: Place): Problem {
	if (unsupportedKeywords.has(key)) {
		return place.problemAtKey(`'${key}' is a keyword of Ansible that is not supported`, pointerPart(key));
	}
	const hint = nearest(key, [...steps.keys(), ...Object.keys(taskKeywords)]) ?? 'vacate doc lists the steps';
	return place.problemAtKey(`there is no step or keyword '${key}'`, pointerPart(key), hint);
}
