import {InputError, type Problem} from '../errors.ts';
import {openTagged} from '../inventory/open-tagged.ts';
import {openReading} from '../inventory/read-file.ts';
import type {Vault} from '../vault/vault.ts';
import {parseYaml, type YamlDocument} from '../yaml/document.ts';

/**
 * Parses a playbook or a file of tasks, with an unlocked vault. The file, or values in it, may be encrypted.
 *
 * @throws InputError
 */
export function readDocument(file: string, text: string, vault: Vault): YamlDocument {
	const {source} = openReading(file, text, vault);
	const document = parseYaml(file, source.text, 'playbook');
	const problems: Problem[] = [];
	const data = openTagged(document, vault, problems);
	if (problems.length > 0) throw new InputError(problems);
	return data === document.data ? document : document.withData(data);
}
