/** A syntax error in a template. Line and column start at 0. */
export class SyntaxProblem extends Error {
	constructor(
		message: string,
		readonly lineno: number,
		readonly colno: number,
	) {
		super(message);
	}
}
