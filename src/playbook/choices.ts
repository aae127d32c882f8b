import {pointerParts} from '../yaml/pointer.ts';
import type {SchemaError} from './validators.js';

/** A schema as plain data. */
export type Schema = {readonly [keyword: string]: unknown};

/** A string with an expression, which is allowed in place of most values. */
export const expression: Schema = {type: 'string', pattern: '\\{[{%#]', description: 'An expression: "{{ … }}".'};

/**
 * An invalid value fails every branch of an `anyOf`. Keeps only the errors of the branch that matches the type of the
 * value. If none matches, a single error lists all types.
 */
export function settleChoices(errors: readonly SchemaError[], schema: Schema): readonly SchemaError[] {
	let left = errors;
	for (;;) {
		const choice = innermost(left);
		if (choice === undefined) return left;
		const inside = left.filter(error => isInside(error, choice));
		const rest = left.filter(error => error !== choice && !isInside(error, choice));
		const paths = [...new Set(inside.map(error => branchPath(error, choice)))];
		const branches = paths.map(path => inside.filter(error => branchPath(error, choice) === path));
		const ofItsType = branches.filter(branch => !branch.some(error => isOther(error, choice, schema)));
		// Of a fixed word and a free value of the same type, an unknown value is meant as the free one.
		const meant = ofItsType.find(branch => !branch.some(({keyword}) => keyword === 'const')) ?? ofItsType[0];
		left = [...rest, ...(meant ?? ofAllTypes(inside, choice, schema))];
	}
}

/** The part of a schema that an error's path leads to. */
export function schemaAt(schema: Schema, schemaPath: string): Schema | undefined {
	return pointerParts(decodeURIComponent(schemaPath.replace(/^#/, ''))).reduce<unknown>(
		(node, part) => (node as Schema | undefined)?.[part],
		schema,
	) as Schema | undefined;
}

function innermost(errors: readonly SchemaError[]): SchemaError | undefined {
	const choices = errors.filter(({keyword}) => keyword === 'anyOf');
	return choices.sort((a, b) => b.schemaPath.length - a.schemaPath.length)[0];
}

function isInside(error: SchemaError, choice: SchemaError): boolean {
	return error.schemaPath.startsWith(`${choice.schemaPath}/`) && error.instancePath.startsWith(choice.instancePath);
}

function branchPath(error: SchemaError, {schemaPath}: SchemaError): string {
	const [index = ''] = error.schemaPath.slice(schemaPath.length + 1).split('/');
	return `${schemaPath}/${index}`;
}

/** Whether the value has another type than the error's branch, or is a string without an expression. */
function isOther(error: SchemaError, choice: SchemaError, schema: Schema): boolean {
	if (error.instancePath !== choice.instancePath) return false;
	return error.keyword === 'type' || isExpression(error, choice, schema);
}

function isExpression(error: SchemaError, choice: SchemaError, schema: Schema): boolean {
	return schemaAt(schema, branchPath(error, choice))?.pattern === expression.pattern;
}

function ofAllTypes(inside: readonly SchemaError[], choice: SchemaError, schema: Schema): readonly SchemaError[] {
	const [first, ...others] = inside.filter(
		error =>
			error.instancePath === choice.instancePath && error.keyword === 'type' && !isExpression(error, choice, schema),
	);
	if (first === undefined) return [];
	return [{...first, params: {type: [...new Set([first, ...others].flatMap(({params}) => params.type))]}}];
}
