import {remember} from '../../shell/mask.ts';
import {isMapping} from '../../template/value.ts';

/** Whether the name of a variable indicates a secret. The path of a key file does not. */
export function isSecretName(name: string): boolean {
	return /pass|secret|token|key/i.test(name) && !/_(file|path)$/i.test(name);
}

/** Whether a value of `-e` sets a variable whose name indicates a secret. */
export function namesSecret(text: string): boolean {
	return [...text.matchAll(/(\w+)["']?\s*[=:]/g)].some(([, name = '']) => isSecretName(name));
}

/** Registers strings and numbers under such names as secrets, which are never shown. */
export function rememberSecrets(data: unknown, name = ''): void {
	if (Array.isArray(data)) for (const item of data) rememberSecrets(item, name);
	else if (isMapping(data)) {
		for (const [key, value] of Object.entries(data)) rememberSecrets(value, isSecretName(name) ? name : key);
	} else if (isSecretName(name) && (typeof data === 'string' || typeof data === 'number')) remember(String(data));
}
