import {type Condition, compileCondition, compileTemplate, type Template} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import {parseDuration} from '../units/units.ts';
import {pointerPart} from '../yaml/pointer.ts';
import type {Collector} from './collector.ts';
import type {BecomeSettings, Flag, Inherited, SourceRange} from './model.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** The defaults that a play inherits. */
export const nothingSaid: Inherited = {
	when: [],
	tags: [],
	vars: {},
	includeVars: {},
	environment: [],
	notify: [],
	ignoreErrors: false,
	ignoreUnreachable: false,
	anyErrorsFatal: false,
	runOnce: false,
	noLog: false,
	become: {},
};

/** Compiles the templates of a mapping and collects its errors. */
export class Reader {
	constructor(
		readonly data: Mapping,
		readonly place: SourceRange,
		readonly collector: Collector,
	) {}

	template(value: unknown, pointer: string): Template | undefined {
		if (value === undefined) return undefined;
		return this.collector.attempt(this.place, () => compileTemplate(value, this.place.at, pointer));
	}

	conditions(key: string, holder: Mapping = this.data, prefix = ''): readonly Condition[] | undefined {
		const given = holder[key];
		if (given === undefined) return undefined;
		const list = (Array.isArray(given) ? given : [given]) as readonly (string | boolean)[];
		return list.flatMap((text, index) => {
			const pointer = `${prefix}/${key}${Array.isArray(given) ? pointerPart(index) : ''}`;
			const {place} = this;
			return (
				this.collector.attempt(place, () => compileCondition(text, character => place.at(pointer, character))) ?? []
			);
		});
	}

	/** A list of templates, or a single one. */
	templates(key: string): readonly Template[] {
		const given = this.data[key];
		if (given === undefined) return [];
		if (!Array.isArray(given)) return [this.template(given, `/${key}`) ?? []].flat();
		return given.flatMap((item, index) => this.template(item, `/${key}${pointerPart(index)}`) ?? []);
	}

	/** A number, or an expression that gives one. */
	numberOr(key: string): number | Template | undefined {
		const given = this.data[key];
		return typeof given === 'number' ? given : this.template(given, `/${key}`);
	}

	flag(key: string, otherwise: Flag): Flag {
		const given = this.data[key];
		if (typeof given === 'boolean') return given;
		return typeof given === 'string' ? (this.template(given, `/${key}`) ?? otherwise) : otherwise;
	}
}

const handedDown: ReadonlySet<string> = new Set([
	...['when', 'tags', 'vars', 'environment', 'notify', 'throttle', 'timeout', 'delegate_to', 'connection'],
	...['ignore_errors', 'ignore_unreachable', 'any_errors_fatal', 'run_once', 'no_log'],
	...['become', 'become_user', 'become_method'],
]);

/** The keywords that a play, block or task sets for itself and everything inside, merged with those it inherits. */
export function inherit(around: Inherited, reader: Reader): Inherited {
	const {data, place, collector} = reader;
	// Most tasks set none of these keywords.
	if (!Object.keys(data).some(key => handedDown.has(key))) return around;
	const said = (key: string) => data[key] !== undefined;
	const throttle = reader.template(data.throttle, '/throttle');
	const timeoutMs = isExpression(data.timeout) ? reader.template(data.timeout, '/timeout') : milliseconds(data.timeout);
	const connection = isExpression(data.connection)
		? reader.template(data.connection, '/connection')
		: (data.connection as 'ssh' | 'local' | undefined);
	const delegateTo = reader.template(data.delegate_to, '/delegate_to');
	return {
		...around,
		...(throttle === undefined ? {} : {throttle}),
		...(timeoutMs === undefined ? {} : {timeoutMs}),
		...(delegateTo === undefined ? {} : {delegateTo}),
		...(connection === undefined ? {} : {connection}),
		...(said('when') ? {when: [...around.when, ...(reader.conditions('when') ?? [])]} : {}),
		...(said('tags') ? {tags: [...new Set([...around.tags, ...tagsOf(data.tags)])]} : {}),
		...(said('vars') ? {vars: {...around.vars, ...collector.vars(place, data.vars, '/vars')}} : {}),
		...(said('environment') ? {environment: [...around.environment, ...reader.templates('environment')]} : {}),
		...(said('notify') ? {notify: [...around.notify, ...reader.templates('notify')]} : {}),
		ignoreErrors: reader.flag('ignore_errors', around.ignoreErrors),
		ignoreUnreachable: reader.flag('ignore_unreachable', around.ignoreUnreachable),
		anyErrorsFatal: reader.flag('any_errors_fatal', around.anyErrorsFatal),
		runOnce: reader.flag('run_once', around.runOnce),
		noLog: reader.flag('no_log', around.noLog),
		become: becomeOf(around.become, reader),
	};
}

function becomeOf(around: BecomeSettings, reader: Reader): BecomeSettings {
	const {become, become_user, become_method} = reader.data;
	if (become === undefined && become_user === undefined && become_method === undefined) return around;
	const user = reader.template(become_user, '/become_user');
	return {
		...around,
		...(become === undefined ? {} : {become: reader.flag('become', false)}),
		...(user === undefined ? {} : {user}),
		...(typeof become_method === 'string' ? {method: become_method} : {}),
	};
}

/** A list, or a comma-separated string. */
export function tagsOf(written: unknown): readonly string[] {
	if (written === undefined) return [];
	return [written]
		.flat()
		.flatMap(text => (typeof text === 'string' ? text.split(',') : []))
		.map(text => text.trim())
		.filter(text => text !== '');
}

export function isExpression(written: unknown): written is string {
	return typeof written === 'string' && /\{[{%#]/.test(written);
}

/** A duration with its unit, or a number of seconds. */
export function milliseconds(written: unknown): number | undefined {
	if (typeof written === 'number') return written * 1000;
	return typeof written === 'string' ? parseDuration(written) : undefined;
}

/** The mapping, or an empty one for anything else, which is reported as an error elsewhere. */
export function mappingOf(value: unknown): Mapping {
	return isMapping(value) ? value : {};
}
