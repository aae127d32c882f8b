import type {Step} from '../steps/step.ts';
import {type Condition, compileCondition, compileTemplate, type Template} from '../template/template.ts';
import {markUnknown, unknownIn} from '../template/unknown.ts';
import {asText, isMapping} from '../template/value.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {isExpression, type Mapping, mappingOf} from './inherit.ts';
import type {SourceRange} from './model.ts';
import type {SourceText} from './source.ts';

/** Commands that stand beside the one of a task. */
export const commandsBeside = ['undo', 'check'] as const;

/** `debug: hello` is `debug: {msg: hello}`; `virsh_list:` is `virsh_list: {}`. */
export function compileParams(step: Step, written: unknown, beside: Mapping, place: SourceRange): Template {
	const pointer = pointerPart(step.name);
	const {short, conditions} = step;
	const isShort = written !== null && written !== undefined && !isMapping(written) && short !== undefined;
	const params = isShort ? {[short]: written} : mappingOf(written);
	const at: SourceRange['at'] = (asked, index) => {
		const isBeside = commandsBeside.some(key => key in beside && asked.startsWith(`${pointer}/${key}`));
		if (isBeside) return place.at(asked.slice(pointer.length), index);
		const whole = isShort ? pointer + pointerPart(short) : undefined;
		return place.at(
			whole !== undefined && asked.startsWith(whole) ? pointer + asked.slice(whole.length) : asked,
			index,
		);
	};
	const bare = step.expression === undefined ? undefined : params[step.expression];
	if (step.expression !== undefined && typeof bare === 'string' && !isExpression(bare)) {
		const own = pointer + pointerPart(step.expression);
		// The string is compiled as an expression; the braces are not in the file, so positions are shifted.
		const shifted: SourceRange['at'] = (asked, index) =>
			asked === own && index !== undefined ? at(asked, Math.max(0, index - 3)) : at(asked, index);
		return compileTemplate({...params, [step.expression]: `{{ ${bare} }}`}, shifted, pointer);
	}
	if (step.setsVariables === true) return withNames(params, at, pointer);
	const template = compileTemplate({...params, ...beside}, at, pointer);
	return conditions === undefined ? template : withConditions(template, conditions, params, at, pointer);
}

/** Parameters whose names may be expressions: those of variables. */
function withNames(params: Mapping, at: SourceRange['at'], pointer: string): Template {
	const whole = compileTemplate(params, at, pointer);
	const names = Object.keys(params).filter(isExpression);
	if (names.length === 0) return whole;
	const templates = new Map(names.map(name => [name, compileTemplate(name, () => at(pointer + pointerPart(name)))]));
	const parts = [whole, ...templates.values()];
	return {
		...whole,
		constant: false,
		roots: new Map(parts.flatMap(({roots}) => [...roots])),
		guarded: new Set(parts.flatMap(({guarded}) => [...guarded])),
		evaluate(scope) {
			const entries = Object.entries(whole.evaluate(scope) as Mapping).map(
				([name, value]) => [templates.get(name)?.evaluate(scope) ?? name, value] as const,
			);
			const unknown = unknownIn(entries.map(([name]) => name));
			if (unknown !== undefined) return unknown;
			return markUnknown(
				Object.fromEntries(entries.map(([name, value]) => [asText(name), value])),
				entries.map(([, value]) => value),
			);
		},
	};
}

/** Strings of this parameter are conditions: expressions without {{ }}. */
function withConditions(
	rest: Template,
	name: string,
	params: Mapping,
	at: SourceRange['at'],
	pointer: string,
): Template {
	const written = params[name];
	const parts = [written].flat().map((part: unknown, index): Condition | Template => {
		const own = pointer + pointerPart(name) + (Array.isArray(written) ? pointerPart(index) : '');
		const bare = typeof part === 'string' && !isExpression(part);
		return bare ? compileCondition(part, character => at(own, character)) : compileTemplate(part, at, own);
	});
	if (isExpression(written)) return rest;
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

/** Adds the text of a file to the parameters. It is not a template. */
export function withSource(params: Template, source: SourceText | undefined): Template {
	if (source === undefined) return params;
	const {into, text} = source;
	return {...params, constant: false, evaluate: scope => ({...(params.evaluate(scope) as Mapping), [into]: text})};
}
