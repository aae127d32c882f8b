/** Written as it is: no shell gives these characters a meaning, in any place of a word. */
const plain = /^(?:-[A-Za-z0-9_\-+:,./@=]*|[A-Za-z0-9_+:,./@][A-Za-z0-9_\-+:,./@]*)$/;

/**
 * One argument, quoted for the shell of a host. This is the only place that quotes. Single quotes hold everything in
 * `sh`, `dash`, `bash`, `zsh` and `fish`, but for `'` and `\`, which are set between the quoted parts: fish reads `\\`
 * and `\'` within single quotes as one character.
 */
export function quote(argument: string): string {
	if (plain.test(argument)) return argument;
	const parts = argument.match(/[^'\\]+|['\\]/g) ?? [];
	return parts.map(part => (part === "'" || part === '\\' ? `\\${part}` : `'${part}'`)).join('') || "''";
}

/** A whole argument vector as one line for the shell of a host. */
export function quoteArgv(argv: readonly string[]): string {
	return argv.map(quote).join(' ');
}
