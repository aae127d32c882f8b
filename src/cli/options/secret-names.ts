import {remember} from '../../shell/mask.ts';
import {isMapping} from '../../template/value.ts';

/** Is a variable of this name taken for secret? A file that holds a key is none. */
export function isSecretName(name: string): boolean {
	return /pass|secret|token|key/i.test(name) && !/_(file|path)$/i.test(name);
}

/** Is one of the variables that a text of `-e` gives taken for secret? */
export function namesSecret(text: string): boolean {
	return [...text.matchAll(/(\w+)["']?\s*[=:]/g)].some(([, name = '']) => isSecretName(name));
}

/** Texts and numbers under such names are never shown. */
export function rememberSecrets(data: unknown, name = ''): void {
	if (Array.isArray(data)) for (const item of data) rememberSecrets(item, name);
	else if (isMapping(data)) {
		for (const [key, value] of Object.entries(data)) rememberSecrets(value, isSecretName(name) ? name : key);
	} else if (isSecretName(name) && (typeof data === 'string' || typeof data === 'number')) remember(String(data));
}
