import {InputError, type Problem} from '../errors.ts';
import type {Step} from '../steps/step.ts';
import {isMapping} from '../template/value.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {isExpression, type Mapping} from './inherit.ts';
import {findNamed, type PlaybookLoadContext} from './load-context.ts';
import type {SourceRange} from './model.ts';

/** The text of a file that a parameter names, and the parameter that receives the text. */
export type SourceText = {readonly into: string; readonly text: string};

/** Reads the file that the parameters of a step name, before the run. Undefined if they name none. */
export function sourceOf(
	step: Step,
	params: unknown,
	place: SourceRange,
	reading: PlaybookLoadContext,
): {readonly source?: SourceText; readonly problems: readonly Problem[]} {
	if (step.source === undefined || !isMapping(params)) return {problems: []};
	const {param, into} = step.source;
	const at = pointerPart(step.name) + pointerPart(param);
	const file = params[param];
	if (file === undefined) {
		const missing = !Object.hasOwn(params, into);
		return {
			problems: missing
				? [place.problem(`'${into}' is missing`, pointerPart(step.name), `give ${into} or ${param}`)]
				: [],
		};
	}
	if (typeof file !== 'string') return {problems: []};
	if (isExpression(file))
		return {
			problems: [place.problem(`${param} is read before the run and cannot contain expressions`, at, `use ${into}`)],
		};
	if (Object.hasOwn(params, into))
		return {problems: [place.problem(`${param} and ${into} are mutually exclusive`, at)]};
	const path = findNamed(file, 'files', reading);
	if (path === undefined) return {problems: [place.problem(`file '${file}' not found`, at)]};
	try {
		const text = reading.files.text(path);
		if (typeof text === 'string') return {source: {into, text}, problems: []};
		const hint = `pass it to a command: {cmd: install -m 0600 /dev/stdin …, stdin: "{{ lookup('file', '${file}') }}"}`;
		return {problems: [place.problem(`'${file}' is encrypted, and ${step.name} writes no secrets`, at, hint)]};
	} catch (error) {
		if (error instanceof InputError) return {problems: error.problems};
		throw error;
	}
}

/** The parameters without the file name: the text of the file replaces it, and is not a template. */
export function withoutSource(step: Step, params: unknown, source: SourceText | undefined): unknown {
	if (source === undefined || step.source === undefined || !isMapping(params)) return params;
	const {[step.source.param]: _, ...rest}: Mapping = params;
	return rest;
}
