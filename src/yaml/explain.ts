type Explanation = {readonly message: string; readonly hint?: string};

/** js-yaml's reason in words that say what to do. */
export function explainYaml(reason: string, text: string, offset: number): Explanation {
	const line = lineAround(text, offset);
	if (reason === 'duplicated mapping key') {
		const [, key = ''] = /^["']?([^"':\n]*)/.exec(text.slice(offset)) ?? [];
		return {message: `the key '${key.trim()}' is there twice`};
	}
	if (/\btab\b/.test(reason)) return {message: reason, hint: 'indent with spaces'};
	const tag = /unknown \w+ tag !<(.*)>/.exec(reason)?.[1];
	if (tag !== undefined) return {message: `the tag ${tag} is not supported`};
	if (/[:-]\s+\{\{/.test(line)) {
		return {message: 'a value that begins with {{ must be quoted', hint: 'quote the whole value: "{{ … }} …"'};
	}
	if (/[:-]\s+[@`%]/.test(line)) return {message: reason, hint: 'quote a value that begins with @, ` or %'};
	if (/:\s+[^"'[{|>#]*:\s/.test(line)) return {message: reason, hint: "quote a value that holds ': '"};
	if (/:\s+("[^"]*"|'[^']*')\s+\S/.test(line)) {
		return {message: reason, hint: 'quote the whole value, not its beginning'};
	}
	return {message: reason};
}

function lineAround(text: string, offset: number): string {
	const start = text.lastIndexOf('\n', offset - 1) + 1;
	const end = text.indexOf('\n', offset);
	return text.slice(start, end < 0 ? undefined : end);
}
