import {nearest} from '../spelling/nearest.ts';

/** Settings of ssh_config(5) that the fast client implements like OpenSSH. */
const carriedOut = [
	'AddressFamily',
	'CertificateFile',
	'Ciphers',
	'ConnectTimeout',
	'GlobalKnownHostsFile',
	'HashKnownHosts',
	'HostKeyAlgorithms',
	'HostKeyAlias',
	'HostName',
	'IdentitiesOnly',
	'IdentityAgent',
	'IdentityFile',
	'KexAlgorithms',
	'MACs',
	'Port',
	'ProxyCommand',
	'ProxyJump',
	'ServerAliveCountMax',
	'ServerAliveInterval',
	'StrictHostKeyChecking',
	'User',
	'UserKnownHostsFile',
];

/**
 * Ignored settings: they only control how connections are kept, which happens anyway, or features that are not used.
 */
const passedOver = [
	'BatchMode',
	'Compression',
	'ControlMaster',
	'ControlPath',
	'ControlPersist',
	'ForwardX11',
	'GSSAPIAuthentication',
	'KbdInteractiveAuthentication',
	'LogLevel',
	'PasswordAuthentication',
	'PreferredAuthentications',
	'PubkeyAuthentication',
	'RequestTTY',
	'TCPKeepAlive',
];

/** Parsed ssh options: an argument vector, and whether new host keys are accepted. */
export type Arguments = {readonly options: readonly string[]; readonly acceptNew: boolean};

/** Parses ssh command-line options from a variable. */
export function readArguments(
	variable: string,
	text: string,
	anySetting: boolean,
	complain: (message: string, hint?: string) => void,
): Arguments {
	const words = splitWords(text);
	const open = words.find(({whole}) => /^["'\\]$/.test(whole));
	if (open !== undefined) {
		complain(`${variable}, character ${open.at + 1}: a ${open.whole} is not closed`);
		return {options: [], acceptNew: false};
	}
	const options: string[] = [];
	let acceptNew = false;
	for (let index = 0; index < words.length; index++) {
		const {word = '', at = 0} = words[index] ?? {};
		const where = `${variable}, character ${at + 1}`;
		const letter = word.slice(0, 2);
		if (/^-[Cqxakv]+$/.test(word)) continue;
		if (!['-o', '-i', '-p', '-J', '-F', '-l'].includes(letter)) {
			complain(`${where}: ${word} is not supported`, 'supported: -o Key=Value, -i, -p, -l, -J, -F');
			continue;
		}
		const value = word.length > 2 ? word.slice(2) : words[++index]?.word;
		if (value === undefined) {
			complain(`${where}: ${word} has no value`);
			continue;
		}
		const [name, setting] = letter === '-o' ? splitSetting(value) : ['', ''];
		if (name === 'stricthostkeychecking') {
			if (setting === 'accept-new') acceptNew = true;
			else if (setting !== 'yes') {
				complain(`${where}: host keys are always checked`, 'use StrictHostKeyChecking=yes or accept-new');
			}
		} else if (letter === '-o' && !anySetting) {
			checkSetting(name, where, value, complain);
		}
		options.push(letter, value);
	}
	return {options, acceptNew};
}

function checkSetting(name: string, where: string, written: string, complain: (message: string, hint: string) => void) {
	const known = [...carriedOut, ...passedOver];
	if (known.some(one => one.toLowerCase() === name)) return;
	const near = nearest(name, known);
	complain(
		`${where}: -o ${written} is not supported`,
		near ?? `use ansible_connection: openssh, which passes it to the system's ssh. Supported: ${carriedOut.join(', ')}`,
	);
}

/** `Key=Value` or `Key Value`; the name in lower case. */
function splitSetting(text: string): readonly [name: string, setting: string] {
	const [, name = text, setting = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*)$/s.exec(text) ?? [];
	return [name.toLowerCase(), setting];
}

type Word = {readonly word: string; readonly whole: string; readonly at: number};

/** Splits into words like sh, each with its position. A quote that is not closed becomes a word of its own. */
function splitWords(text: string): readonly Word[] {
	const pieces = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+|["'\\]/gs;
	return [...text.matchAll(pieces)].map(match => ({
		at: match.index,
		whole: match[0],
		word: match[0].replace(
			/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs,
			(_all, escaped?: string, double?: string, single?: string) =>
				escaped ?? double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? '',
		),
	}));
}
