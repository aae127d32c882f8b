import type {Position} from '../../errors.ts';
import {attribute as attributeAt} from '../access.ts';
import {TemplateError} from '../error.ts';
import {bind, type CallArguments, call, checkArguments, type TemplateFunctions} from '../signature.ts';
import {tests} from '../tests.ts';
import {asText, isTrue, Undefined} from '../value.ts';
import {items} from './need.ts';

const test = {refers: {param: 'test', to: 'test'}} as const;

/**
 * Filters that apply another filter or a test to each item.
 *
 * @param filters All filters, of which `map` takes one by its name.
 */
export const selectFilters = (filters: () => TemplateFunctions): TemplateFunctions => ({
	map: call(
		'name *',
		(value, args, position) => {
			const all = items(value, position);
			const {name, rest = [], named = {}} = args;
			if (named.attribute !== undefined) {
				return all.map(item => {
					const found = attributeAt(item, named.attribute, position);
					if (!(found instanceof Undefined)) return found;
					if (named.default !== undefined) return named.default;
					throw new TemplateError(`an item has no attribute '${asText(named.attribute)}'`, position);
				});
			}
			const filter = entry(filters(), 'filter', name, position);
			checkArguments(`the filter ${asText(name)}`, filter, rest.length, Object.keys(named), position);
			return all.map(item => {
				const result = filter.apply(item, bind(filter, rest, named), position);
				if (result instanceof Undefined) throw new TemplateError(result.message, position);
				return result;
			});
		},
		{refers: {param: 'name', to: 'filter'}},
	),
	select: call('test *', (value, args, position) => chosen(value, undefined, args, true, position), test),
	reject: call('test *', (value, args, position) => chosen(value, undefined, args, false, position), test),
	selectattr: call(
		'attribute test *',
		(value, args, position) => chosen(value, args.attribute, args, true, position),
		test,
	),
	rejectattr: call(
		'attribute test *',
		(value, args, position) => chosen(value, args.attribute, args, false, position),
		test,
	),
});

function chosen(
	value: unknown,
	path: unknown,
	args: CallArguments,
	wanted: boolean,
	position: Position,
): readonly unknown[] {
	const {test: name = 'truthy', rest = []} = args;
	const holds = entry(tests, 'test', name, position);
	checkArguments(`the test ${asText(name)}`, holds, rest.length, [], position);
	const bound = bind(holds, rest, {});
	return items(value, position).filter(item => {
		const subject = path === undefined ? item : attributeAt(item, path, position);
		if (subject instanceof Undefined && !holds.lenient) {
			throw new TemplateError(`an item has no attribute '${asText(path)}'`, position);
		}
		return isTrue(holds.apply(subject, bound, position)) === wanted;
	});
}

function entry(table: TemplateFunctions, kind: string, name: unknown, position: Position): TemplateFunctions[string] {
	const found = typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
	if (found === undefined) throw new TemplateError(`unknown ${kind} '${asText(name)}'`, position);
	return found;
}
