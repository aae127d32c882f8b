import {InputError} from '../../errors.ts';
import {parseYaml} from '../../yaml/document.ts';
import {TemplateError} from '../error.ts';
import {jsonText} from '../json.ts';
import {call, type TemplateFunctions} from '../signature.ts';
import {asText} from '../value.ts';
import {exactInteger} from './need.ts';

const toJson = call('indent sort_keys', (value, {indent, sort_keys}) =>
	jsonText(value, {indent, sort: sort_keys === true}),
);

/** JSON, YAML and Base64. */
export const dataFilters: TemplateFunctions = {
	to_json: toJson,
	// Jinja2's own: sorted, and safe within HTML.
	tojson: call('indent', (value, {indent}) =>
		jsonText(value, {indent, sort: true}).replaceAll(
			/[<>&']/g,
			char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
		),
	),
	to_nice_json: call('indent sort_keys', (value, {indent = 4, sort_keys = true}) =>
		jsonText(value, {indent, sort: sort_keys === true}),
	),
	from_json: call('', (value, _args, position) => {
		const text = asText(value);
		try {
			const parsed = JSON.parse(text) as unknown;
			for (const number of numbersIn(text)) exactInteger(Number(number), position);
			return parsed;
		} catch (error) {
			if (error instanceof TemplateError) throw error;
			throw new TemplateError('the string is not valid JSON', position, (error as Error).message);
		}
	}),
	from_yaml: call('', (value, _args, position) => {
		try {
			return parseYaml('text', asText(value), 'ansible').data ?? null;
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
			throw new TemplateError('the string is not valid YAML', position, error.problems[0]?.message);
		}
	}),
	b64encode: call('', value => Buffer.from(asText(value), 'utf8').toString('base64')),
	b64decode: call('', value => Buffer.from(asText(value), 'base64').toString('utf8')),
};

/** The integers of a valid JSON text, outside of its strings. */
function numbersIn(text: string): readonly string[] {
	return (text.match(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g) ?? []).filter(part => /^-?\d+$/.test(part));
}
