import lexer, {type Token} from '@11ty/nunjucks/src/lexer.js';
import {SyntaxProblem} from './syntax-problem.ts';

/** The library's tokenizer class, which it does not export by name. */
const Tokens = lexer.lex('').constructor as typeof import('@11ty/nunjucks/src/lexer.js').Tokenizer;

const closers: Readonly<Record<string, string>> = {'(': ')', '[': ']', '{': '}'};
const numbers = /(0[bB][01_]+|0[oO][0-7_]+|0[xX][\da-fA-F_]+|\d[\d_]*)(\.\d[\d_]*)?([eE][+-]?\d[\d_]*)?/y;
const names = /[\p{L}_][\p{L}\p{N}_]*/uy;
const constants: Readonly<Record<string, string>> = {
	true: 'boolean',
	True: 'boolean',
	false: 'boolean',
	False: 'boolean',
	none: 'none',
	None: 'none',
};
const spaces = /[ \n\t\r\xA0]*/y;
/** Characters that always form a token by themselves. */
const signs: Readonly<Record<string, string>> = {
	'(': 'left-paren',
	')': 'right-paren',
	'[': 'left-bracket',
	']': 'right-bracket',
	'{': 'left-curly',
	',': 'comma',
	':': 'colon',
	'|': 'pipe',
	'.': 'operator',
};
const meaningful = /[\s'"()[\]{}%*\-+~/,:|.<>=!]/;
const deepest = 50;

/** Whether backslashes in strings within {{ }} are escapes, or stand for themselves as in the strings of a playbook. */
export type Backslashes = 'escape' | 'keep';

/** What removes the white space before it, and is not a block: a comment, or raw text. */
const stripping = /^(?:\{#-|\{%-\s*raw\s*-?%\})/;

/** Jinja2's tokens where the library's differ: numbers, escapes in strings, braces that contain `}}`. */
export class JinjaTokens extends Tokens {
	readonly #open: Token[] = [];
	readonly #backslashes: Backslashes;
	#inVariable = false;

	constructor(text: string, backslashes: Backslashes = 'escape') {
		super(text);
		this.#backslashes = backslashes;
	}

	/** As in Ansible, the line break after a {% … %} is removed. */
	override readonly trimBlocks = true;

	override nextToken(): Token | null {
		if (!this.in_code) {
			this.#open.length = 0;
			return this.#outside();
		}
		this.#skipSpaces();
		const {lineno, colno} = this;
		if (this.isFinished()) return {type: 'end', value: 'the end', lineno, colno};
		const char = this.current();
		const sign = Object.hasOwn(signs, char) ? signs[char] : undefined;
		if (sign !== undefined) {
			this.forwardN(1);
			return this.#track({type: sign, value: char, lineno, colno});
		}
		// Otherwise the library takes the last two braces of {{ {'a': {'b': 1}} }} for the end of the expression.
		if (char === '}' && this.#open.length > 0) return this.#close({type: 'right-curly', value: char, lineno, colno});
		if (char >= '0' && char <= '9') return this.#number(lineno, colno);
		const name = this.#match(names);
		if (name !== undefined) return this.#name(name, lineno, colno);
		if (!meaningful.test(char)) throw new SyntaxProblem(`unexpected character ${char}`, lineno, colno);
		// No line break is removed after +%}.
		if (this.#match(/\+%\}/y) !== undefined) {
			this.in_code = false;
			return {type: 'block-end', value: '%}', lineno, colno};
		}
		return this.#track(super.nextToken());
	}

	/** Text, comments, and the beginnings of code. */
	#outside(): Token | null {
		const {lineno, colno} = this;
		const comment = this.#match(/\{#[\s\S]*?(?:-#\}\s*|\+#\}|#\}\n?)/y);
		if (comment !== undefined) return {type: 'comment', value: comment, lineno, colno};
		const raw = this.#raw(lineno, colno);
		if (raw !== undefined) return raw;
		const token = super.nextToken();
		if (token?.type === 'data' && stripping.test(this.str.slice(this.index, this.index + 100))) {
			return {...token, value: token.value.trimEnd()};
		}
		this.#inVariable = token?.type === 'variable-start';
		// {%+ keeps the white space before it, as everything but {%- does.
		if (token?.type === 'block-start') this.#match(/\+/y);
		return token;
	}

	/** The text between {% raw %} and {% endraw %}. */
	#raw(lineno: number, colno: number): Token | undefined {
		if (this.#match(/\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})/y) === undefined) return undefined;
		const text = this.#match(/[\s\S]*?(?=\{%[-+]?\s*endraw\s*[-+]?%\})/y);
		if (text === undefined) throw new SyntaxProblem('{% raw %} is not closed with {% endraw %}', lineno, colno);
		const end = this.#match(/\{%[-+]?\s*endraw\s*(?:-%\}\s*|\+%\}|%\}\n?)/y) ?? '';
		return {type: 'data', value: end.startsWith('{%-') ? text.trimEnd() : text, lineno, colno};
	}

	/** Whitespace between tokens is insignificant. */
	#skipSpaces(): void {
		spaces.lastIndex = this.index;
		const [text = ''] = spaces.exec(this.str) ?? [];
		this.forwardN(text.length);
	}

	/** Does the same as the library's method, but does not step through characters that contain no line break. */
	override forwardN(count: number): void {
		const end = this.index + count;
		const newline = this.str.indexOf('\n', this.index);
		if (newline >= 0 && newline < end) {
			super.forwardN(count);
			return;
		}
		this.index = end;
		this.colno += count;
	}

	/** Escapes as in Python, except within {{ }} of a playbook: an unknown escape is kept, which regular expressions rely on. */
	override _parseString(quote: string): string {
		const {lineno, colno} = this;
		const text = this.#match(quote === '"' ? /"(?:[^"\\]|\\[\s\S])*"/y : /'(?:[^'\\]|\\[\s\S])*'/y);
		if (text === undefined) throw new SyntaxProblem(`this string has no closing ${quote}`, lineno, colno);
		if (this.#inVariable && this.#backslashes === 'keep') return text.slice(1, -1).replaceAll(`\\${quote}`, quote);
		return text.slice(1, -1).replaceAll(escapes, unescaped);
	}

	#number(lineno: number, colno: number): Token {
		// After a dot it is an index: a.0.1 has no fraction.
		const text = this.str[this.index - 1] === '.' ? this.#match(/\d+/y) : this.#match(numbers);
		const plain = (text ?? '').replaceAll('_', '');
		const fractional = /^\d*[.eE]/.test(plain.replace(/^\d+/, '')) && !/^0[xX]/.test(plain);
		if (!fractional && !Number.isSafeInteger(Number(plain))) {
			throw new SyntaxProblem(`the integer exceeds ${Number.MAX_SAFE_INTEGER}`, lineno, colno);
		}
		return {type: fractional ? 'float' : 'int', value: String(Number(plain)), lineno, colno};
	}

	#name(name: string, lineno: number, colno: number): Token {
		const type = Object.hasOwn(constants, name) ? constants[name] : undefined;
		return type === undefined
			? {type: 'symbol', value: name, lineno, colno}
			: {type, value: name.toLowerCase(), lineno, colno};
	}

	#track(token: Token | null): Token | null {
		if (token === null || token.type === 'string') return token;
		if (Object.hasOwn(closers, token.value)) {
			if (this.#open.push(token) > deepest) {
				throw new SyntaxProblem(`brackets are nested more than ${deepest} levels deep`, token.lineno, token.colno);
			}
		}
		return token.value === ')' || token.value === ']' ? this.#matching(token) : token;
	}

	#close(token: Token): Token {
		this.forwardN(1);
		return this.#matching(token);
	}

	#matching(token: Token): Token {
		const opener = this.#open.pop();
		if (opener !== undefined && closers[opener.value] === token.value) return token;
		if (opener === undefined) throw new SyntaxProblem(`unmatched ${token.value}`, token.lineno, token.colno);
		throw new SyntaxProblem(`${opener.value} is not closed`, opener.lineno, opener.colno);
	}

	/** Consumes what the regular expression matches at the current position. */
	#match(expression: RegExp): string | undefined {
		expression.lastIndex = this.index;
		const [text] = expression.exec(this.str) ?? [];
		if (text !== undefined) this.forwardN(text.length);
		return text;
	}
}

const escapes = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g;
const simple: Readonly<Record<string, string>> = {
	n: '\n',
	t: '\t',
	r: '\r',
	a: '\x07',
	b: '\b',
	f: '\f',
	v: '\v',
	'0': '\0',
	'\\': '\\',
	"'": "'",
	'"': '"',
	'\n': '',
};

function unescaped(written: string, x?: string, u?: string, wide?: string, char = ''): string {
	const code = Number.parseInt(x ?? u ?? wide ?? '', 16);
	if (code <= 0x10ffff) return String.fromCodePoint(code);
	return Object.hasOwn(simple, char) ? (simple[char] ?? written) : written;
}
