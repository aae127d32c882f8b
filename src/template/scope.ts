import type {Position} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {TemplateError} from './error.ts';
import type {LookupSources} from './lookup-source.ts';
import {hasSecret, revealTexts} from './secrets.ts';
import {Excess} from './value.ts';

/** What a variable was written as: data that may hold expressions. */
export type Evaluable = {
	/** Holds no expression: evaluates to what was written. */
	readonly constant: boolean;
	/**
	 * Its value. A text that is one expression alone keeps the expression's type. A list or mapping of which only a part
	 * is unknown holds an Unknown in that place.
	 *
	 * @throws TemplateError with the position, for a name that is not defined and for all that has no value.
	 */
	evaluate(scope: Scope): unknown;
	/** The error of a variable whose value depends on itself. */
	loop(name: string): TemplateError;
};

/**
 * A layer of variables. What people wrote may hold templates, which are evaluated when they are used; what a host
 * answered is data and is never evaluated. The type keeps them apart.
 */
export type ScopeLayer =
	| {readonly data: Readonly<Record<string, unknown>>}
	| {readonly written: Readonly<Record<string, Evaluable>>};

/** What `lookup` gives for a name that no layer has: `undefined` itself is no value of a template. */
export type FoundValue = {readonly value: unknown} | undefined;

/** What one evaluation has taken, with all variables that it uses. */
type Use = {
	/** Names whose templates are being evaluated: to meet one again is a loop. */
	readonly open: Set<string>;
	depth: number;
	stepsLeft: number;
	secretsRead: number;
	/** What lookups read; where there is none, they are not known. */
	readonly outside?: LookupSources | undefined;
};

/** Variables that use variables that use variables. */
const maxDepth = 100;
/** Rounds of loops and looked-up templates, of one evaluation. */
const maxSteps = 1_000_000;

function newUse(outside?: LookupSources): Use {
	return {open: new Set(), depth: 0, stepsLeft: maxSteps, secretsRead: 0, outside};
}

/** The variables that an expression sees: layers, of which the first that has a name wins. */
export class Scope {
	readonly #layers: readonly ScopeLayer[];
	readonly #use: Use;
	/** What `{% set %}` writes to. */
	readonly #frame: Record<string, unknown> | undefined;

	constructor(layers: readonly ScopeLayer[], use: Use = newUse(), frame?: Record<string, unknown>) {
		this.#layers = layers;
		this.#use = use;
		this.#frame = frame;
	}

	/** A scope whose lookups read what is outside. */
	static within(outside: LookupSources | undefined, layers: readonly ScopeLayer[]): Scope {
		return new Scope(layers, newUse(outside));
	}

	get outside(): LookupSources | undefined {
		return this.#use.outside;
	}

	/** A scope with more layers before these. */
	with(...layers: readonly ScopeLayer[]): Scope {
		return new Scope([...layers, ...this.#layers], this.#use, this.#frame);
	}

	/** A scope in which a template may set names. */
	framed(names: Readonly<Record<string, unknown>> = {}): Scope {
		const frame: Record<string, unknown> = {...names};
		return new Scope([{data: frame}, ...this.#layers], this.#use, frame);
	}

	/** Sets a name for what follows in the innermost loop, or in the template. */
	assign(name: string, value: unknown): void {
		if (this.#frame === undefined) throw new TypeError('no template is being evaluated');
		Object.defineProperty(this.#frame, name, {value, enumerable: true, configurable: true, writable: true});
	}

	/** @throws TemplateError when a variable is defined by itself. */
	lookup(name: string): FoundValue {
		for (const layer of this.#layers) {
			if ('data' in layer) {
				if (Object.hasOwn(layer.data, name)) return {value: layer.data[name]};
			} else if (Object.hasOwn(layer.written, name)) {
				return {value: this.#evaluate(name, layer.written[name] as Evaluable)};
			}
		}
		return undefined;
	}

	/** A value as an expression sees it: a secret is a text to it. What it makes of it must become a secret again. */
	reveal(value: unknown): unknown {
		return value instanceof Secret ? this.revealAll(value) : value;
	}

	/** The same for all secrets in a list or a mapping. */
	revealAll(value: unknown): unknown {
		if (!hasSecret(value)) return value;
		this.#use.secretsRead++;
		return revealTexts(value);
	}

	/** How often a secret has been read. */
	get secretsRead(): number {
		return this.#use.secretsRead;
	}

	/** All names that have a value. */
	names(): readonly string[] {
		return [...new Set(this.#layers.flatMap(layer => Object.keys('data' in layer ? layer.data : layer.written)))];
	}

	/**
	 * Runs one evaluation within the limits.
	 *
	 * @throws TemplateError at the position, when it takes more than they allow.
	 */
	evaluate<T>(position: Position, run: (scope: Scope) => T): T {
		const use = this.#use;
		if (use.depth === 0) use.stepsLeft = maxSteps;
		if (use.depth === maxDepth) throw new TemplateError(`more than ${maxDepth} variables use each other`, position);
		use.depth++;
		try {
			return run(this);
		} catch (error) {
			if (error instanceof Excess) throw new TemplateError(error.message, position);
			if (error instanceof RangeError) throw new TemplateError('this is too deep or too large', position);
			throw error;
		} finally {
			use.depth--;
		}
	}

	/** Counts work. @throws Excess */
	spend(steps: number): void {
		this.#use.stepsLeft -= steps;
		if (this.#use.stepsLeft < 0) throw new Excess('this takes too much work');
	}

	#evaluate(name: string, template: Evaluable): unknown {
		if (template.constant) return template.evaluate(this);
		const {open} = this.#use;
		if (open.has(name)) throw template.loop(name);
		open.add(name);
		this.spend(1);
		try {
			return template.evaluate(this);
		} finally {
			open.delete(name);
		}
	}
}
