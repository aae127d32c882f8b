import {TemplateError} from '../template/error.ts';
import {Scope} from '../template/scope.ts';
import type {Template} from '../template/template.ts';
import {Unknown} from '../template/value.ts';

const nothing = new Scope([]);

/** The literal value of a template, with Unknown in place of expressions. */
export function staticValue(template: Template): unknown {
	if (template.constant) return template.evaluate(nothing);
	const names = [...template.roots.keys(), ...template.guarded];
	try {
		return template.evaluate(new Scope([{data: Object.fromEntries(names.map(name => [name, new Unknown(name)]))}]));
	} catch (error) {
		if (error instanceof TemplateError) return undefined;
		throw error;
	}
}
