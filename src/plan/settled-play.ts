import {InputError} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import {orders, type Play, strategies} from '../playbook/model.ts';
import {truthOf} from '../playbook/truths.ts';
import {Scope} from '../template/scope.ts';

/**
 * A play with the values of those of its keywords that are expressions.
 *
 * @throws InputError for a value that is not allowed, TemplateError for an expression without a value.
 */
export function settledPlay(play: Play, {outside}: Inventory, given: Readonly<Record<string, unknown>>): Play {
	const {settings, vars, place} = play;
	const scope = Scope.within(outside, [{data: given}, {written: vars}]);
	const word = <Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word => {
		if (settings[name] === undefined) return otherwise;
		const value = settings[name].evaluate(scope);
		const found = words.find(one => one === value);
		if (found !== undefined) return found;
		const message = `unknown value ${JSON.stringify(value)}, expected one of: ${words.join(', ')}`;
		throw new InputError([place.problem(message, `/${name}`)]);
	};
	const forces = settings.force_handlers?.evaluate(scope);
	const truth = truthOf(forces) ?? forces;
	if (truth !== undefined && typeof truth !== 'boolean') {
		throw new InputError([place.problem('expected a boolean', '/force_handlers')]);
	}
	return {
		...play,
		strategy: word('strategy', strategies, play.strategy),
		order: word('order', orders, play.order),
		forceHandlers: truth ?? play.forceHandlers,
	};
}
