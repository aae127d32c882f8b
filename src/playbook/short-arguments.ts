import type {Step} from '../steps/step.ts';
import {isMapping} from '../template/value.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Mapping} from './inherit.ts';
import type {SourceRange} from './model.ts';
import {truthOf} from './truths.ts';

/** A part of a string of arguments: `path=/etc`, or any other word. */
type Word = {
	readonly start: number;
	readonly end: number;
	readonly name?: string;
	readonly value: string;
	/** Where the value begins. */
	readonly valueAt: number;
};

/** Parameters of a string of arguments, and where each begins in it. */
export type ShortArguments = {readonly params: Mapping; readonly offsets: Readonly<Record<string, number>>};

/**
 * `stat: path=/etc follow=yes`. A command keeps the words that are not options of it: `command: echo x chdir=/usr`.
 * Undefined for a string that contains no arguments.
 */
export function shortArguments(step: Step, text: string): ShortArguments | undefined {
	const {properties} = step.params as {properties?: Mapping};
	const known = isMapping(properties) ? properties : {};
	const words = wordsOf(text);
	if (step.setsVariables === true) return undefined;
	if (!isFreeForm(step)) return Object.hasOwn(known, words[0]?.name ?? '') ? onlyArguments(words, known) : undefined;
	const named = words.filter(({name}) => name !== undefined && commandOptions.has(name));
	if (named.length === 0) return undefined;
	const rest = without(named, text);
	return {
		params: {
			...(rest === '' ? {} : {cmd: rest}),
			...Object.fromEntries(named.map(({name = '', value}) => [name, converted(value, known[name])])),
		},
		offsets: {cmd: 0, ...Object.fromEntries(named.map(({name = '', valueAt}) => [name, valueAt]))},
	};
}

/** A string of arguments for a step other than a command. A word that is none becomes an unknown parameter. */
function onlyArguments(words: readonly Word[], known: Mapping): ShortArguments {
	return {
		params: Object.fromEntries(words.map(({name, value}) => [name ?? value, converted(value, known[name ?? ''])])),
		offsets: Object.fromEntries(words.map(({name, value, valueAt}) => [name ?? value, valueAt])),
	};
}

/** The place of a task whose step was written with a string of arguments. */
export function argumentsPlace(step: Step, place: SourceRange, {offsets}: ShortArguments): SourceRange {
	const whole = pointerPart(step.name);
	const found = (pointer: string) =>
		Object.keys(offsets).find(name => pointer.startsWith(`${whole}${pointerPart(name)}`));
	const written = (pointer: string) => (found(pointer) === undefined ? pointer : whole);
	return {
		...place,
		at: (pointer, index) =>
			place.at(written(pointer), index === undefined ? index : index + (offsets[found(pointer) ?? ''] ?? 0)),
		problem: (message, pointer, hint) => place.problem(message, written(pointer), hint),
		problemAtKey: (message, pointer, hint) => place.problemAtKey(message, written(pointer), hint),
	};
}

/** Whether its parameter is a command line, which may contain `name=value` words of its own. */
function isFreeForm({short}: Step): boolean {
	return short === 'cmd';
}

/** The words that Ansible takes out of a command line. */
const commandOptions: ReadonlySet<string> = new Set([
	'chdir',
	'creates',
	'executable',
	'removes',
	'stdin',
	'stdin_add_newline',
	'strip_empty_ends',
	'warn',
]);

function converted(text: string, schema: unknown): unknown {
	const type = isMapping(schema) ? schema.type : undefined;
	if (type === 'boolean') return truthOf(text) ?? text;
	return (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function without(words: readonly Word[], text: string): string {
	let rest = '';
	let from = 0;
	for (const {start, end} of words) {
		rest += text.slice(from, start);
		from = end;
	}
	return `${rest}${text.slice(from)}`.trim();
}

/** Words are separated by white space; quotes and expressions keep it. */
const word = /(?:\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\S)+/g;

function wordsOf(text: string): readonly Word[] {
	return [...text.matchAll(word)].map(({0: whole, index}) => {
		const [prefix = '', name] = /^([A-Za-z_]\w*)=(?!=)/.exec(whole) ?? [];
		const value = whole.slice(prefix.length);
		const isQuoted = /^(["']).*\1$/s.test(value) && value.length > 1;
		return {
			start: index,
			end: index + whole.length,
			...(name === undefined ? {} : {name}),
			value: isQuoted ? value.slice(1, -1) : value,
			valueAt: index + prefix.length + (isQuoted ? 1 : 0),
		};
	});
}
