/** A value that must not be seen: it prints as `***` everywhere and gives its text only to who asks by name. */
export class Secret {
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
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
