/** The tokens of the library, as a person reads them. */
const spellings: Readonly<Record<string, string>> = {
	symbol: 'a name',
	operator: 'an operator',
	pipe: '|',
	tilde: '~',
	comma: ',',
	colon: ':',
	'left-paren': '(',
	'left-bracket': '[',
	'left-curly': '{',
	'right-paren': ')',
	'right-bracket': ']',
	'right-curly': '}',
	'variable-end': '}}',
	'block-end': '%}',
};

/** How a token reads in a message. */
export function spelled(name: string): string {
	return Object.hasOwn(spellings, name) ? (spellings[name] ?? name) : name;
}
