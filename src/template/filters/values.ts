import {TemplateError} from '../error.ts';
import {call, type TemplateFunctions} from '../signature.ts';
import {asText, isMapping, isTrue, Undefined} from '../value.ts';

const otherwise = call(
	'default_value boolean',
	(value, {default_value = '', boolean}) =>
		value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? default_value : value,
	{lenient: true},
);

/** Defaults, conditionals and conversions. */
export const valueFilters: TemplateFunctions = {
	default: otherwise,
	d: otherwise,
	mandatory: call(
		'msg',
		(value, {msg}, position) => {
			if (!(value instanceof Undefined)) return value;
			throw new TemplateError(msg === undefined ? value.message : asText(msg), position);
		},
		{lenient: true},
	),
	ternary: call('true_val false_val none_val', (value, {true_val, false_val, none_val}) => {
		if (value === null && none_val !== undefined) return none_val;
		return isTrue(value) ? true_val : false_val;
	}),
	bool: call('', value => {
		if (value === null || typeof value === 'boolean') return value;
		return value === 1 || (typeof value === 'string' && /^(yes|on|1|true)$/i.test(value));
	}),
	string: call('', value => asText(value)),
	type_debug: call('', value => {
		if (value === null) return 'NoneType';
		if (Array.isArray(value)) return 'list';
		if (isMapping(value)) return 'dict';
		if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
		return typeof value === 'string' ? 'str' : 'bool';
	}),
};
