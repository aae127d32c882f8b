const escapes: Readonly<Record<string, string>> = {
	'\\': '\\',
	"'": "'",
	'"': '"',
	a: '\x07',
	b: '\b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
	v: '\v',
	'\n': '',
};

/** Whether this is a bytes literal, with a b before its quotes. */
export function isOfBytes(written: string): boolean {
	return /^\w*b/i.test(written);
}

/** The value of a quoted string in Python's notation. Undefined if it is invalid. */
export function textOf(written: string): string | undefined {
	const [, prefix = '', , body = ''] = /^(\w*)('''|"""|'|")([\s\S]*)\2$/.exec(written) ?? [];
	const isRaw = /r/i.test(prefix);
	if (!isOfBytes(written)) return isRaw ? body : unescaped(body, escapeOfText);
	if (/[^\0-\x7f]/.test(body)) return undefined;
	return isRaw ? body : unescaped(body, escapeOfBytes);
}

const escapeOfText =
	/\\(?:x(?<hex>[\da-fA-F]{2})|u(?<short>[\da-fA-F]{4})|U(?<long>00(?:0[\da-fA-F]|10)[\da-fA-F]{4})|(?<octal>[0-7]{1,3})|(?<wrong>[xuUN])|(?<plain>[\s\S]))/g;
const escapeOfBytes = /\\(?:x(?<hex>[\da-fA-F]{2})|(?<octal>[0-7]{1,3})|(?<wrong>x)|(?<plain>[\s\S]))/g;

/** Undefined for an escape that is not a character. A backslash before any other character is kept, as in Python. */
function unescaped(body: string, pattern: RegExp): string | undefined {
	let isWrong = false;
	const text = body.replaceAll(pattern, (whole, ...rest) => {
		const {hex, short, long, octal, wrong, plain} = rest.at(-1) as Readonly<Record<string, string | undefined>>;
		const digits = hex ?? short ?? long;
		if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
		if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
		if (wrong !== undefined) isWrong = true;
		return escapes[plain ?? ''] ?? whole;
	});
	return isWrong ? undefined : text;
}
