import type {Step} from '../steps/step.ts';
import {isMapping} from '../template/value.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Mapping} from './inherit.ts';
import {controls} from './keywords.ts';
import type {SourceRange} from './model.ts';
import {aliased} from './place.ts';
import {argumentsPlace, shortArguments} from './short-arguments.ts';

type Spelled = {readonly data: Mapping; readonly place: SourceRange};

const prefix = 'ansible.builtin.';

/** The short form of a task: Ansible also accepts `ansible.builtin.command`, and parameters in `args` next to the step. */
export function shortSpelling(data: Mapping, place: SourceRange, steps: ReadonlyMap<string, Step>): Spelled {
	return withoutArgs(withoutShortArguments(withoutPrefix({data, place}, steps), steps), steps);
}

/** `stat: path=/etc`. */
function withoutShortArguments({data, place}: Spelled, steps: ReadonlyMap<string, Step>): Spelled {
	const step = steps.get(Object.keys(data).find(key => steps.has(key)) ?? '');
	const text = step === undefined ? undefined : data[step.name];
	if (step === undefined || typeof text !== 'string') return {data, place};
	const short = shortArguments(step, text);
	if (short === undefined) return {data, place};
	return {data: {...data, [step.name]: short.params}, place: argumentsPlace(step, place, short)};
}

function withoutPrefix({data, place}: Spelled, steps: ReadonlyMap<string, Step>): Spelled {
	const long = Object.keys(data).find(key => key.startsWith(prefix));
	const short = long?.slice(prefix.length) ?? '';
	const isKnown = steps.has(short) || Object.hasOwn(controls, short);
	if (long === undefined || !isKnown || Object.hasOwn(data, short)) return {data, place};
	const {[long]: params, ...rest} = data;
	return {data: {...rest, [short]: params}, place: aliased(place, {[pointerPart(short)]: pointerPart(long)})};
}

function withoutArgs({data, place}: Spelled, steps: ReadonlyMap<string, Step>): Spelled {
	const {args, ...rest} = data;
	const step = steps.get(Object.keys(rest).find(key => steps.has(key)) ?? '');
	if (!isMapping(args) || step === undefined) return {data, place};
	const written = rest[step.name];
	const pointer = pointerPart(step.name);
	const isShort = !isMapping(written) && written !== null && step.short !== undefined;
	const own = isMapping(written) ? written : isShort ? {[step.short]: written} : {};
	const aliases = Object.keys(args).map(key => [pointer + pointerPart(key), `/args${pointerPart(key)}`]);
	return {
		data: {...rest, [step.name]: {...own, ...args}},
		place: aliased(place, {
			...(isShort ? {[pointer + pointerPart(step.short)]: pointer} : {}),
			...Object.fromEntries(aliases),
		}),
	};
}
