import type {Position} from '../errors.ts';

/** A position that is computed on demand, because most expressions contain no error. */
export class SourcePosition implements Position {
	#found: Position | undefined;

	constructor(private readonly find: () => Position) {}

	get file(): string {
		return this.#position.file;
	}

	get line(): number {
		return this.#position.line;
	}

	get column(): number {
		return this.#position.column;
	}

	get #position(): Position {
		this.#found ??= this.find();
		return this.#found;
	}
}

/** A position as plain data. */
export function plainPosition({file, line, column}: Position): Position {
	return {file, line, column};
}
