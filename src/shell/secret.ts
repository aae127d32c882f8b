import {remember} from './mask.ts';

/** A value that must not be seen: it prints as `***` everywhere and gives its text only to who asks by name. */
export class Secret {
	readonly #text: string;

	/**
	 * Whatever prints the text of a `given` one shows `***` in its place (see `mask.ts`). What an expression has `made` of
	 * one may be as harmless as the word `present`, and is not looked for elsewhere.
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
