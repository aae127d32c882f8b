import {InputError, type Position} from '../../errors.ts';
import {parseYaml} from '../../yaml/document.ts';
import {TemplateError} from '../error.ts';
import {jsonText} from '../json.ts';
import {call, type TemplateFunctions} from '../signature.ts';
import {asText, isTrue} from '../value.ts';
import {exactInteger} from './need.ts';

const toJson = call('indent sort_keys ensure_ascii', (value, {indent, sort_keys, ensure_ascii = true}) =>
	jsonText(value, {indent, sort: sort_keys === true, ascii: isTrue(ensure_ascii)}),
);

/** JSON, YAML and Base64. */
export const dataFilters: TemplateFunctions = {
	to_json: toJson,
	// Jinja2's own: sorted, and safe within HTML.
	tojson: call('indent', (value, {indent}) =>
		jsonText(value, {indent, sort: true, ascii: true}).replaceAll(
			/[<>&']/g,
			char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
		),
	),
	to_nice_json: call('indent sort_keys ensure_ascii', (value, {indent = 4, sort_keys = true, ensure_ascii = true}) =>
		jsonText(value, {indent, sort: sort_keys === true, ascii: isTrue(ensure_ascii)}),
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
	b64encode: call('encoding', (value, {encoding = 'utf-8'}, position) =>
		Buffer.from(asText(value), encodingOf(encoding, position)).toString('base64'),
	),
	b64decode: call('encoding', (value, {encoding = 'utf-8'}, position) =>
		Buffer.from(asText(value), 'base64').toString(encodingOf(encoding, position)),
	),
};

/** @throws TemplateError for an encoding that is not supported. */
function encodingOf(name: unknown, position: Position): BufferEncoding {
	const found = encodings[asText(name).toLowerCase()];
	if (found !== undefined) return found;
	throw new TemplateError(
		`the encoding '${asText(name)}' is not supported`,
		position,
		`use ${Object.keys(encodings).join(', ')}`,
	);
}

const encodings: Readonly<Record<string, BufferEncoding>> = {
	'utf-8': 'utf8',
	utf8: 'utf8',
	'utf-16-le': 'utf16le',
	'latin-1': 'latin1',
	ascii: 'ascii',
};

/** The integers of a valid JSON text, outside of its strings. */
function numbersIn(text: string): readonly string[] {
	return (text.match(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g) ?? []).filter(part => /^-?\d+$/.test(part));
}
