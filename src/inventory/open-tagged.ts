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
	message: 'the value is encrypted and no vault password was given',
	hint: 'pass the password with --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass',
};

/** Whether a YAML or JSON text contains an encrypted value. */
export function hasEncrypted(text: string): boolean {
	return /!vault|__ansible_vault/.test(text);
}

/**
 * The data of a document, in which `!vault` values become secrets and `!unsafe` values become strings that are never
 * templates. Without a password an encrypted value stays encrypted, and is an error only where it is used.
 */
export function openTagged(document: YamlDocument, vault: Vault, problems: Problem[]): unknown {
	const {text} = document.source;
	return hasEncrypted(text) || /!unsafe|__ansible_unsafe/.test(text) ? open(document.data, '') : document.data;

	function open(data: unknown, pointer: string): unknown {
		const tagged = asTagged(data);
		if (tagged !== undefined) return contentOf(tagged, pointer);
		if (Array.isArray(data)) return data.map((item, index) => open(item, pointer + pointerPart(index)));
		if (!isMapping(data)) return data;
		const entries = Object.entries(data).map(([key, item]) => [key, open(item, pointer + pointerPart(key))] as const);
		return Object.fromEntries(entries);
	}

	function contentOf({tag, text}: Tagged, pointer: string): unknown {
		if (tag === 'unsafe') return new Verbatim(() => text, text);
		if (!vault.hasPasswords) {
			return new Verbatim(() => {
				throw new TemplateError(noPassword.message, document.at(pointer), noPassword.hint);
			});
		}
		try {
			return new Secret(vault.decrypt(text));
		} catch (error) {
			if (!(error instanceof VaultError)) throw error;
			problems.push(document.problem(error.message, pointer, error.hint));
			return null;
		}
	}
}

/** JSON has no tags; a mapping with a single key takes their place. */
function asTagged(data: unknown): Tagged | undefined {
	if (data instanceof Tagged) return data;
	if (!isMapping(data) || Object.keys(data).length !== 1) return undefined;
	const {__ansible_vault: encrypted, __ansible_unsafe: unsafe} = data;
	if (typeof encrypted === 'string') return new Tagged('vault', encrypted);
	return typeof unsafe === 'string' ? new Tagged('unsafe', unsafe) : undefined;
}
