import {nearest} from '../spelling/nearest.ts';

/** Settings of ssh_config(5) that the fast client carries out as OpenSSH would. */
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

/** Settings that only say how to keep a connection, which is kept in any case, or what is never asked for. */
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

/** What a text of options of ssh says: the options as an argument vector, and whether new host keys are accepted. */
export type Arguments = {readonly options: readonly string[]; readonly acceptNew: boolean};

/** Reads options of ssh's command line as a person has written them into a variable. */
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
		if (!['-o', '-i', '-p', '-J', '-F', '-l'].includes(letter)) {
			complain(`${where}: ${word} is not understood`, 'understood: -o Key=Value, -i, -p, -l, -J, -F');
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
				complain(`${where}: host keys are always checked`, 'write StrictHostKeyChecking=yes or accept-new');
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
		`${where}: -o ${written} is not understood`,
		near ?? `with ansible_connection: openssh the system's own ssh reads it. Understood: ${carriedOut.join(', ')}`,
	);
}

/** `Key=Value`, or `Key Value`; the name in small letters. */
function splitSetting(text: string): readonly [name: string, setting: string] {
	const [, name = text, setting = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*)$/s.exec(text) ?? [];
	return [name.toLowerCase(), setting];
}

type Word = {readonly word: string; readonly whole: string; readonly at: number};

/** Words as sh would make them, each with the place at which it begins; what opens a quotation without an end by itself. */
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
