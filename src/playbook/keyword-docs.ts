import type {Schema} from './choices.ts';
import {keywordExamples} from './keyword-examples.ts';
import {blockKeywords, handlerKeywords, importKeywords, playKeywords, taskKeywords} from './keywords.ts';

/** The documentation of a keyword, for editors and `vacate doc`. */
export type KeywordDoc = {
	readonly name: string;
	/** Where it is allowed. */
	readonly places: readonly string[];
	readonly schema: Schema;
	readonly examples: readonly string[];
};

const tables: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
	play: playKeywords,
	block: blockKeywords,
	task: taskKeywords,
	handler: handlerKeywords,
	'import_playbook: FILE': importKeywords,
};

/** All keywords of plays, blocks, tasks and handlers, without the controls. */
export const keywordDocs: ReadonlyMap<string, KeywordDoc> = new Map(
	Object.values(tables)
		.flatMap(table => Object.entries(table))
		.map(([name, schema]) => [
			name,
			{
				name,
				places: Object.keys(tables).filter(place => Object.hasOwn(tables[place] ?? {}, name)),
				schema,
				examples: examplesOf(name),
			},
		]),
);

/** The keywords of a table, with examples. */
export function withExamples(table: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
	const entries = Object.entries(table).map(([name, schema]) => [name, {...schema, examples: examplesOf(name)}]);
	return Object.fromEntries(entries);
}

function examplesOf(name: string): readonly string[] {
	return Object.hasOwn(keywordExamples, name) ? (keywordExamples[name] ?? []) : [];
}
