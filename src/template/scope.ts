import type {Template} from './template.ts';

/**
 * A layer of variables. What people wrote may hold templates, which are evaluated when they are used; what a host
 * answered is data and is never evaluated. The type keeps them apart.
 */
export type Layer =
	| {readonly data: Readonly<Record<string, unknown>>}
	| {readonly written: Readonly<Record<string, Template>>};

/** What `lookup` gives for a name that no layer has: `undefined` itself is no value of a template. */
export type Found = {readonly value: unknown} | undefined;

/** The variables that an expression sees: layers, of which the first that has a name wins. */
export class Scope {
	readonly #layers: readonly Layer[];
	/** Names whose templates are being evaluated: to meet one again is a loop. */
	readonly #open: Set<string>;

	constructor(layers: readonly Layer[], open: Set<string> = new Set()) {
		this.#layers = layers;
		this.#open = open;
	}

	/** A scope with more layers before these. */
	with(...layers: readonly Layer[]): Scope {
		return new Scope([...layers, ...this.#layers], this.#open);
	}

	/** @throws TemplateError when a variable is defined by itself. */
	lookup(name: string): Found {
		for (const layer of this.#layers) {
			if ('data' in layer) {
				if (Object.hasOwn(layer.data, name)) return {value: layer.data[name]};
			} else if (Object.hasOwn(layer.written, name)) {
				return {value: this.#evaluate(name, layer.written[name] as Template)};
			}
		}
		return undefined;
	}

	/** All names that have a value. */
	names(): readonly string[] {
		return [...new Set(this.#layers.flatMap(layer => Object.keys('data' in layer ? layer.data : layer.written)))];
	}

	#evaluate(name: string, template: Template): unknown {
		if (template.constant) return template.evaluate(this);
		if (this.#open.has(name)) throw template.loop(name);
		this.#open.add(name);
		try {
			return template.evaluate(this);
		} finally {
			this.#open.delete(name);
		}
	}
}
