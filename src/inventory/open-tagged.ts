import type {Problem} from '../errors.ts';
import {Secret} from '../shell/secret.ts';
import {TemplateError} from '../template/error.ts';
import {isMapping, Verbatim} from '../template/value.ts';
import {VaultError} from '../vault/envelope.ts';
import type {Vault} from '../vault/vault.ts';
import type {YamlDocument} from '../yaml/document.ts';
import {pointerPart} from '../yaml/pointer.ts';
import {Tagged} from '../yaml/tagged.ts';

const noPassword = {
	message: 'this value is encrypted, and no vault password is given',
	hint: 'name one: --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass',
};

/**
 * The data of a document with secrets for its `!vault` values, and texts that are never templates for its `!unsafe` ones.
 * Without any password an encrypted value stays closed, and is an error only where it is used.
 */
export async function openTagged(document: YamlDocument, vault: Vault, problems: Problem[]): Promise<unknown> {
	const {text} = document.source;
	return /!vault|!unsafe|__ansible_(?:vault|unsafe)/.test(text) ? open(document.data, '') : document.data;

	async function open(data: unknown, pointer: string): Promise<unknown> {
		const tagged = asTagged(data);
		if (tagged !== undefined) return contentOf(tagged, pointer);
		if (Array.isArray(data)) return Promise.all(data.map((item, index) => open(item, pointer + pointerPart(index))));
		if (!isMapping(data)) return data;
		const entries = Object.entries(data).map(
			async ([key, item]) => [key, await open(item, pointer + pointerPart(key))] as const,
		);
		return Object.fromEntries(await Promise.all(entries));
	}

	async function contentOf({tag, text}: Tagged, pointer: string): Promise<unknown> {
		if (tag === 'unsafe') return new Verbatim(() => text, text);
		if (!vault.hasPasswords) {
			return new Verbatim(() => {
				throw new TemplateError(noPassword.message, document.at(pointer), noPassword.hint);
			});
		}
		try {
			return new Secret(await vault.decrypt(text));
		} catch (error) {
			if (!(error instanceof VaultError)) throw error;
			problems.push(document.problem(error.message, pointer, error.hint));
			return null;
		}
	}
}

/** JSON has no tags: there a mapping of one key stands for them. */
function asTagged(data: unknown): Tagged | undefined {
	if (data instanceof Tagged) return data;
	if (!isMapping(data) || Object.keys(data).length !== 1) return undefined;
	const {__ansible_vault: encrypted, __ansible_unsafe: unsafe} = data;
	if (typeof encrypted === 'string') return new Tagged('vault', encrypted);
	return typeof unsafe === 'string' ? new Tagged('unsafe', unsafe) : undefined;
}
