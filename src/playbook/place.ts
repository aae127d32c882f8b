import {plainPosition} from '../template/source-position.ts';
import type {YamlDocument} from '../yaml/document.ts';
import type {SourceRange} from './model.ts';

/** A part of a file. */
export function placeIn(document: YamlDocument, prefix: string): SourceRange {
	return {
		at: (pointer, index) => document.at(prefix + pointer, index),
		problem: (message, pointer, hint) => document.problem(message, prefix + pointer, hint),
		problemAtKey: (message, pointer, hint) => document.problemAtKey(message, prefix + pointer, hint),
		problemAt: (message, position, hint) =>
			position.file === document.source.file
				? document.source.problem(message, position, hint)
				: {message, position: plainPosition(position), ...(hint === undefined ? {} : {hint})},
	};
}

/** A part of a part. */
export function within(place: SourceRange, prefix: string): SourceRange {
	return {
		...place,
		at: (pointer, index) => place.at(prefix + pointer, index),
		problem: (message, pointer, hint) => place.problem(message, prefix + pointer, hint),
		problemAtKey: (message, pointer, hint) => place.problemAtKey(message, prefix + pointer, hint),
	};
}

/** A part in which some pointers are aliases, because it was written in another form. */
export function aliased(place: SourceRange, aliases: Readonly<Record<string, string>>): SourceRange {
	const written = (pointer: string) => {
		const alias = Object.keys(aliases).find(from => pointer === from || pointer.startsWith(`${from}/`));
		return alias === undefined ? pointer : `${aliases[alias]}${pointer.slice(alias.length)}`;
	};
	return {
		...place,
		at: (pointer, index) => place.at(written(pointer), index),
		problem: (message, pointer, hint) => place.problem(message, written(pointer), hint),
		problemAtKey: (message, pointer, hint) => place.problemAtKey(message, written(pointer), hint),
	};
}
