import type {Loop, SourceRange} from '../../playbook/model.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {SourcePosition} from '../../template/source-position.ts';
import {Unknown} from '../../template/value.ts';
import {UndecidedError} from '../undecided-error.ts';

/** One iteration of a loop, and its variables. */
export type Item = {
	readonly suffix: string;
	readonly item?: unknown;
	readonly names: Readonly<Record<string, unknown>>;
};

/** The single iteration of a node without a loop. */
export const once: Item = {suffix: '', names: {}};

/** @throws TemplateError if it is not a list, UndecidedError if it is not known yet. */
export function itemsOf(node: Loop & {readonly place: SourceRange}, scope: Scope): readonly Item[] {
	const {loop, loopVar, indexVar, extended} = node;
	if (loop === undefined) return [once];
	const items = loop.evaluate(scope);
	if (items instanceof Unknown) throw new UndecidedError(items.of);
	if (!Array.isArray(items)) {
		throw new TemplateError('loop requires a list', new SourcePosition(() => node.place.at('/loop')));
	}
	return items.map((item: unknown, index) => ({
		suffix: `#${index + 1}`,
		item,
		names: {
			[loopVar]: item,
			ansible_loop_var: loopVar,
			...(indexVar === undefined ? {} : {[indexVar]: index, ansible_index_var: indexVar}),
			...(extended ? {ansible_loop: whereInLoop(items, index)} : {}),
		},
	}));
}

function whereInLoop(items: readonly unknown[], index: number) {
	const {length} = items;
	return {
		allitems: items,
		index: index + 1,
		index0: index,
		revindex: length - index,
		revindex0: length - index - 1,
		first: index === 0,
		last: index === length - 1,
		length,
		...(index === 0 ? {} : {previtem: items[index - 1]}),
		...(index === length - 1 ? {} : {nextitem: items[index + 1]}),
	};
}
