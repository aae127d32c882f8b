import {InputError, type Problem} from '../errors.ts';
import type {Step} from '../steps/step.ts';
import {compileTemplate} from '../template/template.ts';
import {isMapping} from '../template/value.ts';
import {plainPosition} from '../template/where.ts';
import {parseYaml, type YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {readText} from '../yaml/read-text.ts';
import {Collector} from './collector.ts';
import {unsupportedKeywords} from './keywords.ts';
import type {Place, Play, Playbook, Task} from './model.ts';
import {playSchema} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';
import {readTask} from './task.ts';

/**
 * Reads a playbook.
 *
 * @throws InputError with all mistakes at once.
 */
export async function loadPlaybook(file: string, steps: ReadonlyMap<string, Step>): Promise<Playbook> {
	return readPlaybook(parseYaml(file, await readText(file)), steps);
}

/** The same for a text that has been read. */
export function readPlaybook(document: YamlDocument, steps: ReadonlyMap<string, Step>): Playbook {
	const {data} = document;
	if (!Array.isArray(data) || data.length === 0) {
		throw new InputError([document.problem('a playbook is a list of plays', '', 'begin each play with: - hosts: …')]);
	}
	const collector = new Collector();
	const plays = data.flatMap((play, index) => {
		const read = readPlay(play, `play${index + 1}`, placeIn(document, pointerPart(index)), steps, collector);
		return read === undefined ? [] : [read];
	});
	collector.throwIfAny();
	return {file: document.source.file, plays};
}

function readPlay(
	data: unknown,
	id: string,
	place: Place,
	steps: ReadonlyMap<string, Step>,
	collector: Collector,
): Play | undefined {
	const problems = isMapping(data) ? playProblems(data, place) : [place.problem('a play is a mapping', '')];
	collector.add(problems);
	if (!isMapping(data)) return undefined;
	const given: readonly unknown[] = Array.isArray(data.tasks) ? data.tasks : [];
	const tasks = given.flatMap((task, index): readonly Task[] => {
		const at = pointerPart('tasks') + pointerPart(index);
		const read = readTask(task, `${id}.task${index + 1}`, within(place, at), steps, collector);
		return read === undefined ? [] : [read];
	});
	const hosts = collector.attempt(place, () => compileTemplate(data.hosts, place.at, '/hosts'));
	const vars = collector.vars(place, data.vars, '/vars');
	if (hosts === undefined) return undefined;
	return {id, name: typeof data.name === 'string' ? data.name : String(data.hosts), hosts, vars, tasks, place};
}

function playProblems(data: Readonly<Record<string, unknown>>, place: Place): readonly Problem[] {
	if (Object.hasOwn(data, 'import_playbook'))
		return [place.problemAtKey("'import_playbook' is not supported", '/import_playbook')];
	const known = Object.keys(data).filter(key => unsupportedKeywords.has(key));
	const rest = Object.fromEntries(Object.entries(data).filter(([key]) => !known.includes(key)));
	return [
		...known.map(key => place.problemAtKey(`'${key}' is a keyword of Ansible that is not supported`, pointerPart(key))),
		...schemaProblems('play', playSchema, rest, place),
	];
}

function placeIn(document: YamlDocument, prefix: string): Place {
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

function within(place: Place, prefix: string): Place {
	return {
		...place,
		at: (pointer, index) => place.at(prefix + pointer, index),
		problem: (message, pointer, hint) => place.problem(message, prefix + pointer, hint),
		problemAtKey: (message, pointer, hint) => place.problemAtKey(message, prefix + pointer, hint),
	};
}
