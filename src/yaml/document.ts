import {constructFromEvents, parseEvents, YAMLException} from 'js-yaml';
import {InputError, type Position, type Problem} from '../errors.ts';
import {schemas, type YamlDialect} from './dialect.ts';
import {explainYaml} from './explain.ts';
import {pointerParts} from './pointer.ts';
import {offsetInScalar} from './scalar.ts';
import {YamlSource} from './source.ts';
import {Refusal, treeOf, type YamlNode} from './tree.ts';

/** Each alias can stand for a whole tree; a file with more of them is rejected as an expansion bomb. */
const maxAliases = 200;

/** A YAML document: its data, and the position of each part. */
export class YamlDocument {
	readonly #tree: YamlNode | undefined;

	constructor(
		readonly source: YamlSource,
		/** Plain data; an alias yields the same object as its anchor. Undefined for an empty file. */
		readonly data: unknown,
		tree: YamlNode | undefined,
	) {
		this.#tree = tree;
	}

	/** The same document with other data: values that have been resolved. */
	withData(data: unknown): YamlDocument {
		return new YamlDocument(this.source, data, this.#tree);
	}

	/**
	 * The position of the value of a JSON pointer, or of the nearest enclosing part that was written.
	 *
	 * @param index The index of a character, if the value is a string.
	 */
	at(pointer: string, index?: number): Position {
		const {written, missing} = this.#find(pointer);
		const exact = index === undefined || missing ? undefined : written?.scalar;
		const offset = exact === undefined ? written?.start : offsetInScalar(this.source.text, exact, index ?? 0);
		return this.source.positionAt(offset ?? 0);
	}

	/** The position of the key of a JSON pointer. */
	keyAt(pointer: string): Position {
		const {keyStart, missing} = this.#find(pointer);
		return keyStart === undefined || missing ? this.at(pointer) : this.source.positionAt(keyStart);
	}

	problem(message: string, pointer: string, hint?: string): Problem {
		return this.source.problem(message, this.at(pointer), hint);
	}

	problemAtKey(message: string, pointer: string, hint?: string): Problem {
		return this.source.problem(message, this.keyAt(pointer), hint);
	}

	#find(pointer: string): {written: YamlNode | undefined; keyStart: number | undefined; missing: boolean} {
		let written = this.#tree;
		let keyStart: number | undefined;
		for (const part of pointerParts(pointer)) {
			const entry = written?.children.get(part);
			if (entry === undefined) return {written, keyStart, missing: true};
			written = entry.value;
			keyStart = entry.keyStart;
		}
		return {written, keyStart, missing: false};
	}
}

/**
 * Parses a single YAML document, with merge keys.
 *
 * @throws InputError with the position, for invalid YAML, a duplicate key, an unsupported tag or an expansion bomb.
 */
export function parseYaml(file: string, text: string, dialect: YamlDialect = 'strict'): YamlDocument {
	const source = new YamlSource(file, text);
	const schema = schemas[dialect];
	try {
		const events = parseEvents(text, {filename: file});
		const tree = treeOf(text, events);
		const documents = constructFromEvents(events, {source: text, filename: file, schema, maxAliases});
		if (documents.length > 1) throw new Refusal('a file must contain a single document', secondDocument(text));
		return new YamlDocument(source, documents[0], tree);
	} catch (error) {
		throw new InputError([problemOf(error, source)]);
	}
}

function problemOf(error: unknown, source: YamlSource): Problem {
	if (error instanceof Refusal) return source.problem(error.message, source.positionAt(error.offset), error.hint);
	if (!(error instanceof YAMLException)) throw error;
	const offset = Math.min(error.mark?.position ?? 0, source.text.length);
	const {message, hint} = explainYaml(error.reason, source.text, offset);
	return source.problem(message, source.positionAt(offset), hint);
}

function secondDocument(text: string): number {
	return Math.max(0, text.search(/(?<=\n)---/));
}
