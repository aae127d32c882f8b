type Explanation = {readonly message: string; readonly hint?: string};

/** Rewords js-yaml's reason so that it says what to do. */
export function explainYaml(reason: string, text: string, offset: number): Explanation {
	const line = lineAround(text, offset);
	if (reason === 'duplicated mapping key') {
		const [, key = ''] = /^["']?([^"':\n]*)/.exec(text.slice(offset)) ?? [];
		return {message: `duplicate key '${key.trim()}'`};
	}
	if (/\btab\b/.test(reason) || /^ *\t/.test(line))
		return {message: 'tabs are not allowed for indentation', hint: 'use spaces'};
	if (/end of the stream within a .* quoted/.test(reason)) return {message: 'a quoted string is not closed'};
	if (/end of the stream within a flow/.test(reason)) return {message: 'a [ or { is not closed'};
	if (reason === 'deficient indentation')
		return {message: 'too little indentation, or a bracket or quote above is not closed'};
	const tag = /unknown \w+ tag !<(.*)>/.exec(reason)?.[1];
	if (tag !== undefined) return {message: `the tag ${tag.replace('tag:yaml.org,2002:', '!!')} is not supported`};
	if (/[:-]\s+\{\{/.test(line)) {
		return {message: 'a value that begins with {{ must be quoted', hint: 'quote the whole value: "{{ … }} …"'};
	}
	if (/[:-]\s+[@`%]/.test(line))
		return {message: 'cannot parse this value', hint: 'quote a value that begins with @, ` or %'};
	if (/:\s+[^"'[{|>#]*:\s/.test(line))
		return {message: 'cannot parse this value', hint: "quote a value that contains ': '"};
	if (/:\s+("[^"]*"|'[^']*')\s+\S/.test(line)) {
		return {message: 'cannot parse this value', hint: 'quote the whole value, not only its beginning'};
	}
	return {message: reason.startsWith('bad indentation') ? 'unexpected indentation' : reason};
}

function lineAround(text: string, offset: number): string {
	const start = text.lastIndexOf('\n', offset - 1) + 1;
	const end = text.indexOf('\n', offset);
	return text.slice(start, end < 0 ? undefined : end);
}
