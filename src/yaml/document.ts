import {CORE_SCHEMA, constructFromEvents, mergeTag, parseEvents, YAMLException} from 'js-yaml';
import {InputError, type Position, type Problem} from '../errors.ts';
import {indexOffsets, type Offsets} from './positions.ts';
import {Source} from './source.ts';

/** So many aliases, each of which can stand for a whole tree, are no honest file. */
const maxAliases = 200;

const schema = CORE_SCHEMA.withTags(mergeTag);

/** A YAML file: its data, and where each part of it was written. */
export class YamlDocument {
	readonly #offsets: Offsets;

	constructor(
		readonly source: Source,
		/** Plain data. Shared parts where the file used aliases. Undefined for an empty file. */
		readonly data: unknown,
		offsets: Offsets,
	) {
		this.#offsets = offsets;
	}

	/** Where the value of a JSON pointer stands, or the nearest part around it that was written. */
	at(pointer: string): Position {
		return this.#nearest(pointer, this.#offsets.values);
	}

	/** Where the key of a JSON pointer stands. */
	keyAt(pointer: string): Position {
		const offset = this.#offsets.keys.get(pointer);
		return offset === undefined ? this.at(pointer) : this.source.positionAt(offset);
	}

	problem(message: string, pointer: string, hint?: string): Problem {
		return this.source.problem(message, this.at(pointer), hint);
	}

	problemAtKey(message: string, pointer: string, hint?: string): Problem {
		return this.source.problem(message, this.keyAt(pointer), hint);
	}

	#nearest(pointer: string, offsets: ReadonlyMap<string, number>): Position {
		for (let rest = pointer; ; rest = rest.slice(0, rest.lastIndexOf('/'))) {
			const offset = offsets.get(rest);
			if (offset !== undefined) return this.source.positionAt(offset);
			if (rest === '') return this.source.positionAt(0);
		}
	}
}

/**
 * Reads a YAML text: YAML 1.2, with merge keys, one document.
 *
 * @throws InputError with the position, for what is no YAML, a duplicate key, a tag, a bomb.
 */
export function parseYaml(file: string, text: string): YamlDocument {
	const source = new Source(file, text);
	try {
		const events = parseEvents(text, {filename: file});
		const documents = constructFromEvents(events, {source: text, filename: file, schema, maxAliases});
		if (documents.length > 1) {
			throw new InputError([source.problem('a file holds one document', source.positionAt(secondDocument(text)))]);
		}
		return new YamlDocument(source, documents[0], indexOffsets(text, events));
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		const {line = 0, column = 0} = error.mark ?? {};
		const hint = text.includes('\t') && /tab/.test(error.reason) ? 'indent with spaces' : undefined;
		throw new InputError([source.problem(error.reason, {file, line: line + 1, column: column + 1}, hint)]);
	}
}

function secondDocument(text: string): number {
	return Math.max(0, text.search(/(?<=\n)---/));
}
