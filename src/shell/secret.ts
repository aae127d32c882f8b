import {remember} from './mask.ts';

/** A value that must not be shown: it prints as `***` everywhere, and its text is available only through `reveal`. */
export class Secret {
	readonly #text: string;

	/**
	 * The text of a `given` secret is masked wherever it is printed (see `mask.ts`). A secret `made` by an expression
	 * may be as harmless as the word `present`, and is not masked elsewhere.
	 */
	constructor(text: string, origin: 'given' | 'made' = 'given') {
		this.#text = text;
		if (origin === 'given') remember(text);
	}

	reveal(): string {
		return this.#text;
	}

	toString(): string {
		return '***';
	}

	toJSON(): string {
		return '***';
	}

	[Symbol.for('nodejs.util.inspect.custom')](): string {
		return '***';
	}
}
