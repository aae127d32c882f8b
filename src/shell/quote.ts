/** Needs no quoting: these characters have no special meaning in any shell, at any position in a word. */
const plain = /^(?:-[A-Za-z0-9_\-+:,./@=]*|[A-Za-z0-9_+:,./@][A-Za-z0-9_\-+:,./@]*)$/;

/**
 * Quotes one argument for a host's shell. All quoting is done here. In `sh`, `dash`, `bash`, `zsh` and `fish`, single
 * quotes protect everything except `'` and `\`, which are placed between the quoted parts: fish reads `\\` and `\'`
 * within single quotes as one character.
 */
export function quote(argument: string): string {
	if (plain.test(argument)) return argument;
	const parts = argument.match(/[^'\\]+|['\\]/g) ?? [];
	return parts.map(part => (part === "'" || part === '\\' ? `\\${part}` : `'${part}'`)).join('') || "''";
}

/** Quotes an argument vector as one line for a host's shell. */
export function quoteArgv(argv: readonly string[]): string {
	return argv.map(quote).join(' ');
}
