import type {Position} from '../errors.ts';

/** An expression cannot be read, or has no value. */
export class TemplateError extends Error {
	override name = 'TemplateError';
	constructor(
		message: string,
		readonly position: Position,
		readonly hint?: string,
	) {
		super(message);
	}
}
