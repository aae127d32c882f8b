import type {Position} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {TemplateError} from './error.ts';
import type {LookupSources} from './lookup-source.ts';
import {hasSecret, revealTexts} from './secrets.ts';
import {Excess, type Unknown} from './value.ts';

/** What a variable was written as: data that may hold expressions. */
export type Evaluable = {
	/** Contains no expression: evaluates to what was written. */
	readonly constant: boolean;
	/**
	 * Its value. A string that consists of a single expression keeps the type of the expression. A list or mapping that
	 * is partly unknown contains an Unknown in that place.
	 *
	 * @throws TemplateError with the position, for an undefined name or any other evaluation error.
	 */
	evaluate(scope: Scope): unknown;
	/** The error for a variable that depends on itself. */
	loop(name: string): TemplateError;
};

/**
 * A layer of variables. Values from files may contain templates, which are evaluated on use; data returned by a host is
 * never evaluated. The type keeps the two apart.
 */
export type ScopeLayer =
	| {readonly data: Readonly<Record<string, unknown>>}
	| {readonly written: Readonly<Record<string, Evaluable>>}
	/** Any name may be set here, to any value: a file that only the run knows. */
	| {readonly anything: Unknown};

/** The result of `lookup`; undefined for a name that no layer has. */
export type FoundValue = {readonly value: unknown} | undefined;

/** The state of one evaluation, shared by all variables that it uses. */
type Use = {
	/** Names whose templates are being evaluated. Meeting one of them again is a loop. */
	readonly open: Set<string>;
	depth: number;
	stepsLeft: number;
	secretsRead: number;
	/** The source of lookups; without it, their results are unknown. */
	readonly outside?: LookupSources | undefined;
};

/** The maximum nesting of variables that use other variables. */
const maxDepth = 100;
/** The maximum number of loop iterations and template lookups of one evaluation. */
const maxSteps = 1_000_000;

function newUse(outside?: LookupSources): Use {
	return {open: new Set(), depth: 0, stepsLeft: maxSteps, secretsRead: 0, outside};
}

/** The variables visible to an expression: the first layer that has a name wins. */
export class Scope {
	readonly #layers: readonly ScopeLayer[];
	readonly #use: Use;
	/** Receives the names set by `{% set %}`. */
	readonly #frame: Record<string, unknown> | undefined;

	constructor(layers: readonly ScopeLayer[], use: Use = newUse(), frame?: Record<string, unknown>) {
		this.#layers = layers;
		this.#use = use;
		this.#frame = frame;
	}

	/** A scope whose lookups read from `outside`. */
	static within(outside: LookupSources | undefined, layers: readonly ScopeLayer[]): Scope {
		return new Scope(layers, newUse(outside));
	}

	get outside(): LookupSources | undefined {
		return this.#use.outside;
	}

	/** A scope with additional layers that take precedence over these. */
	with(...layers: readonly ScopeLayer[]): Scope {
		return new Scope([...layers, ...this.#layers], this.#use, this.#frame);
	}

	/** A scope in which a template can set names. */
	framed(names: Readonly<Record<string, unknown>> = {}): Scope {
		const frame: Record<string, unknown> = {...names};
		return new Scope([{data: frame}, ...this.#layers], this.#use, frame);
	}

	/** Sets a name for the rest of the innermost loop or of the template. */
	assign(name: string, value: unknown): void {
		if (this.#frame === undefined) throw new TypeError('no template is being evaluated');
		Object.defineProperty(this.#frame, name, {value, enumerable: true, configurable: true, writable: true});
	}

	/** @throws TemplateError if a variable depends on itself. */
	lookup(name: string): FoundValue {
		for (const layer of this.#layers) {
			if ('anything' in layer) {
				if (!isConnectionName(name)) return {value: layer.anything};
			} else if ('data' in layer) {
				if (Object.hasOwn(layer.data, name)) return {value: layer.data[name]};
			} else if (Object.hasOwn(layer.written, name)) {
				return {value: this.#evaluate(name, layer.written[name] as Evaluable)};
			}
		}
		return undefined;
	}

	/**
	 * A value as an expression sees it: a secret reads as a string. A result made from it must become a secret again.
	 */
	reveal(value: unknown): unknown {
		return value instanceof Secret ? this.revealAll(value) : value;
	}

	/** Reveals all secrets in a list or a mapping. */
	revealAll(value: unknown): unknown {
		if (!hasSecret(value)) return value;
		this.#use.secretsRead++;
		return revealTexts(value);
	}

	/** How many times a secret has been read. */
	get secretsRead(): number {
		return this.#use.secretsRead;
	}

	/** All names that have a value. */
	names(): readonly string[] {
		return [...new Set(this.#layers.flatMap(namesIn))];
	}

	/**
	 * Runs one evaluation within the limits.
	 *
	 * @throws TemplateError at the position if a limit is exceeded.
	 * @throws TemplateError at the position, when it takes more than they allow.
	 */
	evaluate<T>(position: Position, run: (scope: Scope) => T): T {
		const use = this.#use;
		if (use.depth === 0) use.stepsLeft = maxSteps;
		if (use.depth === maxDepth)
			throw new TemplateError(`variables are nested more than ${maxDepth} levels deep`, position);
		use.depth++;
		try {
			return run(this);
		} catch (error) {
			if (error instanceof Excess) throw new TemplateError(error.message, position);
			if (error instanceof RangeError) throw new TemplateError('the value is nested too deeply or too large', position);
			throw error;
		} finally {
			use.depth--;
		}
	}

	/** Charges work against the limit. @throws Excess */
	spend(steps: number): void {
		this.#use.stepsLeft -= steps;
		if (this.#use.stepsLeft < 0) throw new Excess('the evaluation takes too many steps');
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

function namesIn(layer: ScopeLayer): readonly string[] {
	if ('anything' in layer) return [];
	return Object.keys('data' in layer ? layer.data : layer.written);
}

/** Variables that select the connection and the user of a host: files that are selected during a run do not set them. */
function isConnectionName(name: string): boolean {
	return /^ansible_(?!facts$)/.test(name);
}
