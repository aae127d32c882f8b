import {InputError} from '../errors.ts';
import {isMapping} from '../template/value.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {type ReadContext, type ReadFile, readControl} from './controls.ts';
import {inherit, type Mapping, mappingOf, Reader} from './inherit.ts';
import {blockKeywords, type ControlKeyword, controls, handlerKeywords} from './keywords.ts';
import type {PlaybookLoadContext} from './load-context.ts';
import type {Block, Node} from './model.ts';
import {placeIn, within} from './place.ts';
import {blockSchema, writtenParams} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';
import {shortSpelling} from './spelling.ts';
import {named, readTask, unknownKey} from './task.ts';
import {withTruths} from './truths.ts';

/** Reads a list of tasks and blocks. Invalid ones are omitted, and their errors go to the collector. */
export function readNodes(
	list: unknown,
	pointer: string,
	id: (index: number) => string,
	spot: ReadContext,
): readonly Node[] {
	if (!Array.isArray(list)) return [];
	return list.flatMap((data, index): readonly Node[] => {
		const place = within(spot.place, pointer + pointerPart(index));
		return readNode(data, id(index + 1), {...spot, place});
	});
}

function readNode(written: unknown, id: string, outer: ReadContext): readonly Node[] {
	const {around, reading} = outer;
	if (!isMapping(written)) {
		reading.collector.add([outer.place.problem('a task must be a mapping', '', 'write - STEP: {…}')]);
		return [];
	}
	const {data: spelt, place} = shortSpelling(written, outer.place, reading.steps);
	const data = withTruthsIn(spelt, reading);
	const spot = {...outer, place};
	if (Object.hasOwn(data, 'block')) return readBlock(data, id, spot);
	const control = Object.keys(data).find((key): key is ControlKeyword => Object.hasOwn(controls, key));
	if (control !== undefined) return readControl(control, data, id, spot, readTaskFile);
	const task = readTask(data, id, place, around, reading);
	return task === undefined ? [] : [task];
}

/** The data with booleans for `yes` and `no` in the keywords and parameters that want them. */
function withTruthsIn(data: Mapping, {steps}: PlaybookLoadContext): Mapping {
	const step = steps.get(Object.keys(data).find(key => steps.has(key)) ?? '');
	const params = step === undefined ? {} : {[step.name]: writtenParams(step)};
	const controlled = Object.fromEntries(Object.entries(controls).filter(([name]) => Object.hasOwn(data, name)));
	return mappingOf(withTruths(data, {properties: {...handlerKeywords, ...blockKeywords, ...controlled, ...params}}));
}

function readBlock(data: Mapping, id: string, {place, around, reading}: ReadContext): readonly Node[] {
	const unknown = Object.keys(data).filter(key => !Object.hasOwn(blockKeywords, key));
	const problems = [
		...unknown.map(key =>
			key === 'loop'
				? place.problemAtKey('a block does not support loop', '/loop', 'use include_tasks, which does')
				: unknownKey(key, blockKeywords, reading.steps, place),
		),
		...schemaProblems('block', blockSchema, data, place),
	];
	reading.collector.add(problems);
	const reader = new Reader(data, place, reading.collector);
	const inside: ReadContext = {place, around: problems.length > 0 ? around : inherit(around, reader), reading};
	const part = (key: 'block' | 'rescue' | 'always', word: string) =>
		readNodes(data[key], `/${key}`, index => `${id}.${word}${index}`, inside);
	const block: Block = {
		kind: 'block',
		id,
		...named(reader, 'block'),
		block: part('block', 'task'),
		rescue: part('rescue', 'rescue'),
		always: part('always', 'always'),
	};
	return problems.length > 0 ? [] : [block];
}

/** The tasks of a file that a control names. */
const readTaskFile: ReadFile = (document, id, {around, reading}) => {
	const {data} = document;
	if (data === undefined || data === null) return [];
	if (!Array.isArray(data)) throw new InputError([document.problem('a task file must be a list of tasks', '')]);
	return readNodes(data, '', index => `${id}.task${index}`, {place: placeIn(document, ''), around, reading});
};
