import {InputError} from '../../errors.ts';
import {readVarsData} from '../../inventory/vars-file.ts';
import {isMapping} from '../../template/value.ts';
import type {Vault} from '../../vault/vault.ts';
import {parseYaml} from '../../yaml/document.ts';
import {rememberSecrets} from './secret-names.ts';

type Given = Readonly<Record<string, unknown>>;

const hint = "write -e name=value, -e \"name='a value'\", -e '{name: [1, 2]}' or -e @FILE";

/**
 * The variables of `-e`: one or more `name=value`, a mapping in YAML or JSON, or `@FILE`. The last value wins.
 *
 * @throws InputError
 */
export async function readGivenVars(written: readonly string[], vault: Vault): Promise<Given> {
	const given = await Promise.all(written.map(text => readOne(text.trim(), vault)));
	const all: Given = Object.assign({}, ...given);
	rememberSecrets(all);
	return all;
}

async function readOne(text: string, vault: Vault): Promise<Given> {
	if (text.startsWith('@')) return readVarsData(text.slice(1), vault);
	if (!text.startsWith('{')) return readPairs(text);
	const {data} = parseYaml('-e', text);
	if (isMapping(data)) return data;
	throw new InputError([{message: `-e ${text} is not a mapping`, hint}]);
}

/** If not every word is a pair, the whole text is one: `note=two words`. */
function readPairs(text: string): Given {
	const words = (text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map(pairOf);
	if (words.length > 0 && words.every(pair => pair !== undefined)) return Object.assign({}, ...words);
	const pair = pairOf(text);
	if (pair !== undefined) return pair;
	throw new InputError([{message: `-e ${text} does not set a variable`, hint}]);
}

function pairOf(text: string): Given | undefined {
	const [, name, value = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
	return name === undefined ? undefined : {[name]: /^(['"])(.*)\1$/s.exec(value)?.[2] ?? value};
}
