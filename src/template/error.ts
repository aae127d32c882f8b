import type {Position} from '../errors.ts';
import {plainPosition} from './source-position.ts';

/** An expression that cannot be parsed or evaluated. */
export class TemplateError extends Error {
	override name = 'TemplateError';
	readonly position: Position;
	constructor(
		message: string,
		position: Position,
		readonly hint?: string,
	) {
		super(message);
		this.position = plainPosition(position);
	}
}
