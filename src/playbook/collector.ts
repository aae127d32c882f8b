import {InputError, type Problem} from '../errors.ts';
import type {Vars} from '../inventory/inventory.ts';
import {TemplateError} from '../template/error.ts';
import {compileTemplate, type Template} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {SourceRange} from './model.ts';

/** The maximum number of files that a playbook imports, each counted as often as it is imported. */
const mostImports = 2000;

/** Collects errors, so that all of them are reported at once. */
export class Collector {
	readonly #problems: Problem[] = [];
	#imports = 0;

	add(problems: readonly Problem[]): void {
		this.#problems.push(...problems);
	}

	/**
	 * Counts an import. A few files that import one another many times would otherwise be millions of tasks.
	 *
	 * @throws InputError beyond the maximum, with a problem the first time only.
	 */
	countImport(problem: (message: string) => Problem): void {
		this.#imports += 1;
		if (this.#imports <= mostImports) return;
		const isFirst = this.#imports === mostImports + 1;
		throw new InputError(isFirst ? [problem(`more than ${mostImports} imports; that is the maximum`)] : []);
	}

	/** The result of the call; undefined if it found an error in a template. */
	attempt<T>(place: SourceRange, call: () => T): T | undefined {
		try {
			return call();
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			this.#problems.push(place.problemAt(error.message, error.position, error.hint));
			return undefined;
		}
	}

	/** The templates of a mapping of variables. */
	vars(place: SourceRange, data: unknown, pointer: string): Vars {
		const vars: Record<string, Template> = {};
		for (const [name, value] of Object.entries(isMapping(data) ? data : {})) {
			const template = this.attempt(place, () => compileTemplate(value, place.at, pointer + pointerPart(name)));
			if (template !== undefined) vars[name] = template;
		}
		return vars;
	}

	throwIfAny(): void {
		if (this.#problems.length === 0) return;
		throw new InputError(inFileOrder(this.#problems));
	}
}

/** Sorts errors by their position in the file. */
export function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
	const key = ({position}: Problem) => (position === undefined ? 0 : position.line * 10_000 + position.column);
	return problems.toSorted((a, b) => key(a) - key(b));
}
