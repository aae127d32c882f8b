import {isOfBytes, textOf} from './python-text.ts';

/** A value in Python's notation. Complex numbers, sets and other values that JSON cannot express are excluded. */
export type Literal = {readonly value: unknown};

const tokens =
	/[ \t\f]+|(?<comment>#.*)|(?<text>(?:[rR]|[uU]|[bB][rR]?|[rR][bB])?(?:'''(?:\\[\s\S]|[^\\])*?'''|"""(?:\\[\s\S]|[^\\])*?"""|'(?!'')(?:\\[\s\S]|[^\\'\n])*'|"(?!"")(?:\\[\s\S]|[^\\"\n])*"))|(?<number>(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)?)(?![\w.]))|(?<word>[A-Za-z_]\w*)|(?<sign>[-+()[\]{},:])/y;

const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
	['True', true],
	['False', false],
	['None', null],
]);

/** The maximum nesting. */
const maxDepth = 50;

type Token = {readonly kind: 'text' | 'number' | 'word' | 'sign'; readonly text: string};

/**
 * Parses the values that Python's `ast.literal_eval` accepts: numbers, strings, lists, tuples (as lists), mappings,
 * `True`, `False`, `None`. Returns undefined for anything else, which is then a plain string.
 */
export function readPythonLiteral(text: string): Literal | undefined {
	const read = tokensOf(text);
	if (read === undefined || read.length === 0) return undefined;
	const parser = new Parser(read);
	const value = parser.sequence();
	return value !== undefined && parser.atEnd ? value : undefined;
}

function tokensOf(text: string): readonly Token[] | undefined {
	const found: Token[] = [];
	tokens.lastIndex = 0;
	while (tokens.lastIndex < text.length) {
		const groups = tokens.exec(text)?.groups;
		if (groups === undefined) return undefined;
		for (const kind of ['text', 'number', 'word', 'sign'] as const) {
			if (groups[kind] !== undefined) found.push({kind, text: groups[kind]});
		}
	}
	return found;
}

class Parser {
	readonly #tokens: readonly Token[];
	#next = 0;
	#depth = 0;

	constructor(tokens: readonly Token[]) {
		this.#tokens = tokens;
	}

	get atEnd(): boolean {
		return this.#next === this.#tokens.length;
	}

	/** `1`, or a tuple without parentheses: `1, 2`. */
	sequence(end?: string): Literal | undefined {
		const first = this.#value();
		if (first === undefined || !this.#takes(',')) return first;
		const rest = this.#items(end);
		return rest === undefined ? undefined : {value: [first.value, ...rest]};
	}

	#value(): Literal | undefined {
		if (this.#depth > maxDepth) return undefined;
		this.#depth++;
		const value = this.#valueWithin();
		this.#depth--;
		return value;
	}

	#valueWithin(): Literal | undefined {
		const token = this.#tokens[this.#next++];
		if (token === undefined) return undefined;
		switch (token.kind) {
			case 'number':
				return numberOf(token.text);
			case 'word':
				return constants.has(token.text) ? {value: constants.get(token.text)} : undefined;
			case 'text':
				return this.#text(token.text);
			case 'sign':
				return this.#compound(token.text);
		}
	}

	/** Adjacent strings are concatenated, as in Python; bytes and strings cannot be mixed. */
	#text(first: string): Literal | undefined {
		const written = [first];
		for (let next = this.#tokens[this.#next]; next?.kind === 'text'; next = this.#tokens[++this.#next]) {
			written.push(next.text);
		}
		const texts = written.map(textOf);
		const ofBytes = written.filter(isOfBytes).length;
		const isWhole = texts.every(text => text !== undefined) && (ofBytes === 0 || ofBytes === written.length);
		return isWhole ? {value: texts.join('')} : undefined;
	}

	#compound(sign: string): Literal | undefined {
		if (sign === '-' || sign === '+') {
			const token = this.#tokens[this.#next++];
			const number = token?.kind === 'number' ? numberOf(token.text) : undefined;
			return number === undefined || sign === '+' ? number : {value: 0 - Number(number.value)};
		}
		if (sign === '[') {
			const items = this.#items(']');
			return items !== undefined && this.#takes(']') ? {value: items} : undefined;
		}
		if (sign === '{') return this.#mapping();
		if (sign !== '(') return undefined;
		if (this.#takes(')')) return {value: []};
		const inner = this.sequence(')');
		return inner !== undefined && this.#takes(')') ? inner : undefined;
	}

	/** Comma-separated values, with an optional trailing comma, up to the end or the closing bracket. */
	#items(end?: string): unknown[] | undefined {
		const items: unknown[] = [];
		while (!this.#ends(end)) {
			const item = this.#value();
			if (item === undefined) return undefined;
			items.push(item.value);
			if (!this.#takes(',')) break;
		}
		return items;
	}

	#mapping(): Literal | undefined {
		const entries: [string, unknown][] = [];
		while (!this.#takes('}')) {
			const key = this.#value();
			if (key === undefined || !isKey(key.value) || !this.#takes(':')) return undefined;
			const value = this.#value();
			if (value === undefined) return undefined;
			entries.push([String(key.value), value.value]);
			if (!this.#takes(',') && !this.#ends('}')) return undefined;
		}
		return {value: Object.fromEntries(entries)};
	}

	#ends(end: string | undefined): boolean {
		return end === undefined ? this.atEnd : this.#tokens[this.#next]?.text === end && this.#isSign();
	}

	#takes(sign: string): boolean {
		if (this.#tokens[this.#next]?.text !== sign || !this.#isSign()) return false;
		this.#next++;
		return true;
	}

	#isSign(): boolean {
		return this.#tokens[this.#next]?.kind === 'sign';
	}
}

/** Undefined for numbers that are invalid in Python, such as 012, and for those that would be rounded. */
function numberOf(written: string): Literal | undefined {
	if (/^0[\d_]*[1-9]/.test(written) && /^[\d_]+$/.test(written)) return undefined;
	const plain = written.replaceAll('_', '');
	const value = Number(plain);
	const isWhole = /^(\d+|0[xXoObB].*)$/.test(plain);
	return Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value)) ? {value} : undefined;
}

function isKey(value: unknown): boolean {
	return typeof value !== 'object' || value === null;
}
