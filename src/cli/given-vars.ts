import {InputError} from '../errors.ts';
import {readVarsData} from '../inventory/vars-file.ts';
import {splitWords} from '../inventory/words.ts';
import {isMapping} from '../template/value.ts';
import type {Vault} from '../vault/vault.ts';
import {parseYaml} from '../yaml/document.ts';

type Given = Readonly<Record<string, unknown>>;

const hint = "write -e name=value, -e \"name='a value'\", -e '{name: [1, 2]}' or -e @FILE";

/**
 * The variables of `-e`: `name=value` one or several, a mapping in YAML or JSON, or `@FILE`. The last wins.
 *
 * @throws InputError
 */
export async function readGivenVars(written: readonly string[], vault: Vault): Promise<Given> {
	const given = await Promise.all(written.map(text => readOne(text.trim(), vault)));
	return Object.assign({}, ...given);
}

async function readOne(text: string, vault: Vault): Promise<Given> {
	if (text.startsWith('@')) return readVarsData(text.slice(1), vault);
	if (!text.startsWith('{')) return readPairs(text);
	const {data} = parseYaml('-e', text);
	if (isMapping(data)) return data;
	throw new InputError([{message: `-e ${text} is no mapping`, hint}]);
}

function readPairs(text: string): Given {
	const words = splitWords(text);
	if ('message' in words) throw new InputError([{message: `-e ${text}: ${words.message}`, hint}]);
	const pairs = words.map(word => {
		const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word.text) ?? [];
		if (name === undefined) throw new InputError([{message: `-e ${word.text} is no variable`, hint}]);
		return [name, value] as const;
	});
	return Object.fromEntries(pairs);
}
