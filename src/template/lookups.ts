import {InputError, type Position} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {nearest} from '../spelling/nearest.ts';
import {YamlSource} from '../yaml/source.ts';
import {type Compilation, type Evaluate, limited, type Maker, positionOf, strictly} from './compilation.ts';
import {TemplateError} from './error.ts';
import type {LookupSources} from './lookup-source.ts';
import {childrenOf, type Node, parseTemplate, partOf} from './parse.ts';
import type {Scope} from './scope.ts';
import {unknownIn} from './unknown.ts';
import {asText, isTrue, Undefined, Unknown} from './value.ts';

/** The arguments of a lookup. */
type Asked = {
	readonly term: string;
	readonly options: Readonly<Record<string, unknown>>;
	readonly outside: LookupSources;
	readonly scope: Scope;
	readonly position: Position;
	readonly compile: Maker;
};

/** Returns what was found. @throws TemplateError */
type Lookup = (asked: Asked) => readonly unknown[];

const lookups: Readonly<Record<string, Lookup>> = {
	env({term, options, outside}) {
		return [outside.env(term) ?? options.default ?? ''];
	},
	file(asked) {
		const {lstrip, rstrip = true} = asked.options;
		return [
			throughSecret(fileOf(asked, 'files').text, text => {
				const begun = isTrue(lstrip) ? text.trimStart() : text;
				return isTrue(rstrip) ? begun.trimEnd() : begun;
			}),
		];
	},
	fileglob: ({term, outside}) => outside.glob(term),
	template(asked) {
		const {path, text} = fileOf(asked, 'templates');
		return [throughSecret(text, plain => asText(rendered(path, withNewlines(plain), asked.compile)(asked.scope)))];
	},
	vars({term, options, scope, position}) {
		const found = scope.lookup(term);
		if (found !== undefined) return [found.value];
		if (Object.hasOwn(options, 'default')) return [options.default];
		return [new Undefined(`'${term}' is undefined`, position, {name: term, known: []})];
	},
};

const options: ReadonlySet<string> = new Set(['default', 'errors', 'lstrip', 'rstrip', 'wantlist']);

/** Lookups that read files. */
const filesOf: ReadonlySet<string> = new Set(['file', 'fileglob', 'template']);

/** Ansible's lookups that are not supported, with the replacement. */
const refused: Readonly<Record<string, string>> = {
	dict: 'use … | dict2items',
	dig: 'use a command with delegate_to: localhost and register',
	first_found: 'use a list within vars_files, or include_vars with a condition',
	items: 'use the list itself',
	lines: 'use a command with delegate_to: localhost and register',
	password: 'put the password into a file encrypted with Ansible Vault',
	pipe: 'use a command with delegate_to: localhost and register',
	sequence: 'use range(…)',
	subelements: 'use … | subelements(…)',
	together: 'use … | zip(…)',
	url: 'use a command with delegate_to: localhost and register',
};

/** `lookup('kind', term, …)` returns one value, or strings joined by commas; `query` and `q` return a list. */
export function lookup(node: Node, to: Compilation): Evaluate {
	const [first, ...rest] = childrenOf(partOf(node, 'args'));
	const position = positionOf(partOf(node, 'name'), to);
	const kind = kindOf(first, position);
	const find = lookups[kind] as Lookup;
	const terms = rest.filter(({typename}) => typename !== 'KeywordArgs');
	const given = rest.filter(({typename}) => typename === 'KeywordArgs').flatMap(childrenOf);
	const named = given.map(pair => [String(partOf(pair, 'key').value), strictly(partOf(pair, 'value'), to)] as const);
	const wrong = named.find(([name]) => !options.has(name));
	if (wrong !== undefined) {
		throw new TemplateError(`the lookup '${kind}' has no option '${wrong[0]}'`, position, nearest(wrong[0], options));
	}
	if (kind === 'vars' && !named.some(([name]) => name === 'default')) needVariables(terms, to);
	const values = terms.map(term => strictly(term, to));
	const isList = partOf(node, 'name').value !== 'lookup';
	return scope => {
		const asked = values.map(value => value(scope));
		const settings = Object.fromEntries(named.map(([name, value]) => [name, value(scope)]));
		const unknown = unknownIn([...asked, ...Object.values(settings)]);
		if (unknown !== undefined) return unknown;
		const {outside} = scope;
		if (outside === undefined) return new Unknown(`the lookup '${kind}'`);
		const changed = filesOf.has(kind) ? outside.changed?.() : undefined;
		if (changed !== undefined) return changed;
		const found = asked.flat().flatMap(term => {
			try {
				return find({term: asText(term), options: settings, outside, scope, position, compile: to.compile});
			} catch (error) {
				if (error instanceof TemplateError && settings.errors === 'ignore') return [];
				throw error;
			}
		});
		const missing = found.find(value => value instanceof Undefined);
		if (missing !== undefined) return missing;
		const seen = scope.revealAll(found) as readonly unknown[];
		return limited(isList || isTrue(settings.wantlist) ? seen : together(seen), scope, position);
	};
}

/** @throws TemplateError for an unknown lookup. */
function kindOf(node: Node | undefined, position: Position): string {
	if (node?.typename !== 'Literal')
		throw new TemplateError('the first argument of lookup must be a string', position, "write lookup('file', …)");
	const kind = String(node.value).replace(/^ansible\.builtin\./, '');
	if (Object.hasOwn(lookups, kind)) return kind;
	const hint = Object.hasOwn(refused, kind) ? refused[kind] : nearest(kind, Object.keys(lookups));
	throw new TemplateError(
		`unknown lookup '${kind}'`,
		position,
		hint ?? `available lookups: ${Object.keys(lookups).join(', ')}`,
	);
}

/** A variable named in a string is required just like one that is referenced directly. */
function needVariables(terms: readonly Node[], to: Compilation): void {
	for (const term of terms) {
		if (term.typename !== 'Literal') continue;
		const name = String(term.value);
		if (!to.bound.has(name) && !to.roots.has(name)) to.roots.set(name, positionOf(term, to));
	}
}

function together(found: readonly unknown[]): unknown {
	if (found.every(value => typeof value === 'string')) return found.join(',');
	return found.length === 1 ? found[0] : found;
}

function fileOf({term, outside, position}: Asked, folder: 'files' | 'templates') {
	try {
		const file = outside.text(term, folder);
		if (file !== undefined) return file;
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		const [{message, hint} = {message: error.message, hint: undefined}] = error.problems;
		throw new TemplateError(message, position, hint);
	}
	throw new TemplateError(`file '${term}' not found`, position);
}

/** As Jinja2 reads a template: each line ends with a line feed. */
function withNewlines(text: string): string {
	return text.replaceAll(/\r\n?/g, '\n');
}

/** What is made from a secret is a secret. */
function throughSecret(text: string | Secret, make: (text: string) => string): string | Secret {
	return text instanceof Secret ? new Secret(make(text.reveal())) : make(text);
}

/** A template file, compiled once. Errors in it are reported with positions in that file. */
function rendered(path: string, text: string, compile: Maker): Evaluate {
	const known = compiled.get(path);
	if (known?.text === text) return known.evaluate;
	const source = new YamlSource(path, text);
	const starts = [0];
	for (let next = text.indexOf('\n'); next >= 0; next = text.indexOf('\n', next + 1)) starts.push(next + 1);
	const locate = (line: number, column: number) => source.positionAt((starts[line] ?? 0) + column);
	const tree = parseTemplate(text, locate);
	const evaluate = compile(tree, {locate, roots: new Map(), guarded: new Set(), bound: new Set(), compile});
	compiled.set(path, {text, evaluate});
	return evaluate;
}

const compiled = new Map<string, {readonly text: string; readonly evaluate: Evaluate}>();
