import {InputError} from '../errors.ts';
import type {Step} from '../steps/step.ts';
import {isMapping} from '../template/value.ts';
import {closedVault, type Vault} from '../vault/vault.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {readText} from '../yaml/read-text.ts';
import {Collector} from './collector.ts';
import {type Files, filesOnDisk} from './files.ts';
import {inherit, type Mapping, nothingSaid, Reader} from './inherit.ts';
import {openNamed, type PlaybookLoadContext} from './load-context.ts';
import type {Inherited, Play, Playbook, SourceRange} from './model.ts';
import {placeIn} from './place.ts';
import {readPlay} from './play.ts';
import {readDocument} from './read-document.ts';
import {importSchema, playSchema} from './schema.ts';
import {schemaProblems} from './schema-problems.ts';
import {withTruths} from './truths.ts';

/**
 * Reads a playbook and the files that it names. Unlocks the vault if it has passwords.
 *
 * @throws InputError with all errors at once.
 */
export async function loadPlaybook(
	file: string,
	steps: ReadonlyMap<string, Step>,
	vault: Vault = closedVault,
): Promise<Playbook> {
	if (vault.hasPasswords) await vault.unlock();
	return readPlaybook(readDocument(file, await readText(file), vault), steps, filesOnDisk(vault));
}

/** Reads a playbook from a document. @throws InputError with all errors at once. */
export function readPlaybook(
	document: YamlDocument,
	steps: ReadonlyMap<string, Step>,
	files: Files = filesOnDisk(),
): Playbook {
	const {file} = document.source;
	const collector = new Collector();
	const reading: PlaybookLoadContext = {
		steps,
		files,
		collector,
		playbook: file,
		file,
		through: [file],
		handlers: false,
	};
	const ids = counter();
	const plays = readPlays(document, ids, nothingSaid, reading);
	collector.throwIfAny();
	return {file, plays};
}

function readPlays(
	document: YamlDocument,
	id: () => string,
	around: Inherited,
	reading: PlaybookLoadContext,
): readonly Play[] {
	const {data} = document;
	if (!Array.isArray(data) || data.length === 0) {
		throw new InputError([
			document.problem('a playbook must be a list of plays', '', 'begin each play with: - hosts: …'),
		]);
	}
	return data.flatMap((written: unknown, index): readonly Play[] => {
		const place = placeIn(document, pointerPart(index));
		const play = withTruths(written, playSchema);
		if (!isMapping(play)) {
			reading.collector.add([place.problem('a play must be a mapping', '')]);
			return [];
		}
		if (Object.hasOwn(play, 'import_playbook')) return importPlays(play, place, id, around, reading);
		const read = readPlay(play, id(), place, around, reading);
		return read === undefined ? [] : [read];
	});
}

function importPlays(
	data: Mapping,
	place: SourceRange,
	id: () => string,
	around: Inherited,
	reading: PlaybookLoadContext,
): readonly Play[] {
	const problems = schemaProblems('imported', importSchema, data, place);
	reading.collector.add(problems);
	if (problems.length > 0) return [];
	const inherited = inherit(around, new Reader(data, place, reading.collector));
	try {
		const {document, inside} = openNamed(String(data.import_playbook), 'playbooks', reading, message =>
			place.problem(message, '/import_playbook'),
		);
		return readPlays(document, id, inherited, inside);
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		reading.collector.add(error.problems);
		return [];
	}
}

/** `play1`, `play2`, …, counted across all files. */
function counter(): () => string {
	let count = 0;
	return () => {
		count += 1;
		return `play${count}`;
	};
}
