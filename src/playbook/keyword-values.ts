import {durationSchema} from '../units/units.ts';

const condition = {
	anyOf: [{type: 'string', minLength: 1}, {type: 'boolean'}],
	description: 'An expression that is true or false, written without {{ }}.',
} as const;

export const conditions = (description: string) =>
	({anyOf: [condition.anyOf[0], condition.anyOf[1], {type: 'array', items: condition}], description}) as const;

export const expression = {type: 'string', pattern: '\\{[{%#]'} as const;

export const flag = (description: string) => ({anyOf: [{type: 'boolean'}, expression], description}) as const;

/** One of some words, or an expression that gives one. */
export const choice = <const Word extends string>(words: readonly Word[], description: string) =>
	({anyOf: [{enum: words}, expression], description}) as const;

export const texts = (description: string) =>
	({
		anyOf: [
			{type: 'string', minLength: 1},
			{type: 'array', items: {type: 'string', minLength: 1}},
		],
		description,
	}) as const;

export const duration = (description: string) =>
	({anyOf: [{type: 'number', minimum: 0}, durationSchema], description}) as const;

export const durationOrExpression = (description: string) =>
	({anyOf: [{type: 'number', minimum: 0}, durationSchema, expression], description}) as const;

export const variableName = (description: string) =>
	({type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description}) as const;
