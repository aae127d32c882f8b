/** A value that is only known in a run. In a rehearsal, the task that requires it is left undecided. */
export class UndecidedError extends Error {
	override name = 'UndecidedError';
	constructor(
		/** What it depends on. */
		readonly of: string,
	) {
		super(`depends on ${of}`);
	}
}
