/** A text is no template. Line and column start at 0, in that text. */
export class SyntaxProblem extends Error {
	constructor(
		message: string,
		readonly lineno: number,
		readonly colno: number,
	) {
		super(message);
	}
}
