/** A value that only the run itself will know. In a rehearsal the task that needs it is left open. */
export class UndecidedError extends Error {
	override name = 'UndecidedError';
	constructor(
		/** What it waits for. */
		readonly of: string,
	) {
		super(`depends on ${of}`);
	}
}
