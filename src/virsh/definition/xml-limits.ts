/**
 * Limits on the XML of a host, which a hostile host controls: what exceeds them takes the parser minutes and gigabytes.
 * Definitions of guests have some 30 KiB, 500 elements and a depth of 8.
 */
const mostLetters = 1024 * 1024;
const mostElements = 20_000;
const mostDepth = 64;
const mostAttributes = 200;
/** One tag, comment or section. */
const mostMarkupLetters = 64 * 1024;

/**
 * Reads the XML once, without parsing it.
 *
 * @throws Error if it exceeds a limit, or has a document type declaration, which could define entities.
 */
export function demandSmallXml(xml: string): void {
	if (xml.length > mostLetters) throw tooMuch(`${xml.length} characters`, mostLetters);
	let depth = 0;
	let elements = 0;
	for (let at = xml.indexOf('<'); at !== -1; ) {
		const end = endOfMarkup(xml, at);
		if (end - at > mostMarkupLetters) throw tooMuch(`a tag of ${end - at} characters`, mostMarkupLetters);
		if (xml.startsWith('</', at)) depth -= 1;
		else if (xml[at + 1] !== '?' && xml[at + 1] !== '!') {
			elements += 1;
			if (xml[end - 2] !== '/') depth += 1;
			demandFewAttributes(xml.slice(at, end));
		}
		if (elements > mostElements) throw tooMuch(`more than ${mostElements} elements`, mostElements);
		if (depth > mostDepth) throw tooMuch(`elements nested ${depth} deep`, mostDepth);
		at = xml.indexOf('<', end);
	}
}

function tooMuch(what: string, most: number): Error {
	return new Error(`the XML of the host has ${what}; the maximum is ${most}`);
}

function demandFewAttributes(tag: string): void {
	const attributes = tag.split('=').length - 1;
	if (attributes > mostAttributes) throw tooMuch(`${attributes} attributes in one element`, mostAttributes);
}

/** The position after a tag, comment, section or instruction. */
function endOfMarkup(xml: string, at: number): number {
	if (xml.startsWith('<!--', at)) return after(xml, '-->', at + 4);
	if (xml.startsWith('<![CDATA[', at)) return after(xml, ']]>', at + 9);
	if (xml.startsWith('<?', at)) return after(xml, '?>', at + 2);
	if (xml.startsWith('<!', at)) throw new Error('the XML of the host has a document type declaration');
	for (let end = at + 1; end < xml.length; end++) {
		const sign = xml[end];
		if (sign === '>') return end + 1;
		if (sign === "'" || sign === '"') end = after(xml, sign, end + 1) - 1;
	}
	throw new Error('the XML of the host ends within a tag');
}

function after(xml: string, end: string, from: number): number {
	const found = xml.indexOf(end, from);
	if (found === -1) throw new Error('the XML of the host ends within a tag');
	return found + end.length;
}
