import type {Problem} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {nearest, nearestName} from '../spelling/nearest.ts';
import {isMapping} from '../template/value.ts';
import {expectationOf} from '../units/units.ts';
import {pointerPart, pointerParts} from '../yaml/pointer.ts';
import {type Schema, schemaAt, settleChoices} from './choices.ts';
import type {SourceRange} from './model.ts';
import validators, {type SchemaError} from './validators.js';

/** Checks data against the schema of a compiled validator; the mistakes, in the order of the file's parts. */
export function schemaProblems(
	validator: string,
	schema: Schema,
	data: unknown,
	place: SourceRange,
	pointer = '',
): readonly Problem[] {
	const validate = validators[validator];
	if (validate === undefined) throw new Error(`no validator ${validator}: run npm run build`);
	if (validate(data)) return [];
	const errors = settleChoices(validate.errors ?? [], schema);
	return errors
		.filter(error => !isMisspelt(error, errors, schema) && !error.schemaPath.includes('/propertyNames/'))
		.map(error => {
			const {message, hint, atKey} = explain(error, schema, valueAt(data, error.instancePath));
			const path = pointer + error.instancePath;
			if (atKey === undefined) return place.problem(message, path, hint);
			return place.problemAtKey(message, path + pointerPart(atKey), hint);
		});
}

/** Is what is missing there under a wrong name, which is told already? */
function isMisspelt(
	{keyword, params, instancePath}: SchemaError,
	errors: readonly SchemaError[],
	schema: Schema,
): boolean {
	if (keyword !== 'required') return false;
	return errors.some(other => {
		if (other.keyword !== 'additionalProperties' || other.instancePath !== instancePath) return false;
		return nearestName(String(other.params.additionalProperty), knownKeys(other, schema)) === params.missingProperty;
	});
}

type Explanation = {readonly message: string; readonly hint?: string | undefined; readonly atKey?: string};

function explain(error: SchemaError, schema: Schema, value: unknown): Explanation {
	const {keyword, params} = error;
	switch (keyword) {
		case 'additionalProperties': {
			const key = String(params.additionalProperty);
			const known = knownKeys(error, schema);
			const all = known.length === 0 ? 'there is none to be given' : `known: ${known.join(', ')}`;
			return {message: `unknown key '${key}'`, hint: nearest(key, known) ?? all, atKey: key};
		}
		case 'required':
			return {message: `'${params.missingProperty}' is missing`};
		case 'type':
			return explainType(error, schema, value);
		case 'enum': {
			const allowed = (params.allowedValues as readonly unknown[]).map(String);
			return {message: `${shown(value)} is none of: ${allowed.join(', ')}`, hint: nearest(String(value), allowed)};
		}
		case 'pattern':
			return explainPattern(String(params.pattern), value, descriptionOf(error, schema));
		case 'propertyNames':
			return {...explainPattern('', params.propertyName), atKey: String(params.propertyName)};
		case 'minimum':
			return {message: `this must be at least ${params.limit}`};
		case 'maximum':
			return {message: `this must be at most ${params.limit}`};
		case 'minItems':
			return {message: 'the list must not be empty'};
		case 'minLength':
			return {message: 'the text must not be empty'};
		default:
			return {message: `this breaks the rule '${keyword}'`};
	}
}

function explainType(error: SchemaError, schema: Schema, value: unknown): Explanation {
	const parent = parentOf(error, schema);
	if (typeof parent?.pattern === 'string' && expectationOf(parent.pattern) !== undefined) {
		return explainPattern(parent.pattern, value);
	}
	if (value instanceof Secret) {
		return {
			message: 'a secret cannot stand here, where others could see it',
			hint: 'give it to a command by its stdin or its environment',
		};
	}
	const types = [error.params.type].flat().map(String);
	const message = `this must be ${types.map(type => typeNames[type] ?? type).join(' or ')}, not ${shown(value)}`;
	if (types.includes('object') && typeof value === 'string') {
		const names = Object.keys(isMapping(parent?.properties) ? parent.properties : {});
		return {message, hint: names.length === 0 ? undefined : `write {${names[0]}: …}`};
	}
	return {message, hint: types.flatMap(type => conversionHint(type, value) ?? [])[0]};
}

const nameOfVariable = '^[A-Za-z_][A-Za-z0-9_]*$';

function explainPattern(pattern: string, value: unknown, description?: unknown): Explanation {
	const expectation = expectationOf(pattern);
	if (expectation === undefined && pattern !== '' && pattern !== nameOfVariable) {
		return {
			message: `${shown(value)} cannot stand here`,
			hint: description === undefined ? undefined : String(description),
		};
	}
	if (expectation === undefined)
		return {message: `${shown(value)} is no name of a variable`, hint: 'use letters, digits and _'};
	return {message: `${shown(value)} is not ${expectation.split(' such as ')[0]}`, hint: `write ${expectation}`};
}

const typeNames: Readonly<Record<string, string>> = {
	object: 'a mapping',
	array: 'a list',
	string: 'a text',
	integer: 'a whole number',
	number: 'a number',
	boolean: 'true or false',
	null: 'empty',
};

/** YAML 1.2 has two booleans, where older files have more; and what is quoted is a text. */
function conversionHint(type: string, value: unknown): string | undefined {
	if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return `quote it: "${value}"`;
	if (typeof value !== 'string') return undefined;
	if (type === 'boolean' && /^(yes|on|y|true)$/i.test(value)) return 'write true';
	if (type === 'boolean' && /^(no|off|n|false)$/i.test(value)) return 'write false';
	if ((type === 'integer' || type === 'number') && /^\d+$/.test(value)) return `write ${value}, without quotes`;
	return value.includes('{{') ? 'no expression can stand here' : undefined;
}

function shown(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (isMapping(value)) return 'a mapping';
	if (value === null || value === undefined) return 'empty';
	const text = JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

function knownKeys(error: SchemaError, schema: Schema): readonly string[] {
	const properties = parentOf(error, schema)?.properties;
	return isMapping(properties) ? Object.keys(properties) : [];
}

/** The part of the schema that holds the keyword which failed. */
function parentOf({schemaPath}: SchemaError, schema: Schema): Schema | undefined {
	return schemaAt(schema, schemaPath.slice(0, schemaPath.lastIndexOf('/')));
}

/** What the schema says of the value: beside the keyword, or beside the choice that it stands in. */
function descriptionOf({schemaPath}: SchemaError, schema: Schema): unknown {
	const own = schemaPath.slice(0, schemaPath.lastIndexOf('/'));
	const around = own.replace(/\/anyOf\/\d+$/, '');
	return schemaAt(schema, own)?.description ?? schemaAt(schema, around)?.description;
}

function valueAt(data: unknown, pointer: string): unknown {
	return pointerParts(pointer).reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], data);
}
