/** Whether a string matches a pattern as a whole. */
export type Matches = (text: string) => boolean;

type Token = {readonly star: true} | {readonly star: false; readonly accepts: (character: string) => boolean};

const star: Token = {star: true};
const anyOne: Token = {star: false, accepts: () => true};

/** `*` matches any string, `?` any character, and every other character itself. */
export function glob(pattern: string): Matches {
	return matcherFor([...pattern].map(tokenOf));
}

/**
 * Like `glob`, but `[a-f]` matches one of these characters and `[!a-f]` any other. No other character is special in sets.
 *
 * @throws SyntaxError for a range whose end precedes its start.
 */
export function globWithSets(pattern: string): Matches {
	const pieces = pattern.match(/\[!?\]?[^\]]*\]|[\s\S]/gu) ?? [];
	return matcherFor(pieces.map(piece => ([...piece].length > 1 ? setOf(piece) : tokenOf(piece))));
}

function tokenOf(character: string): Token {
	if (character === '*') return star;
	if (character === '?') return anyOne;
	return {star: false, accepts: other => other === character};
}

function setOf(written: string): Token {
	const [, not = '', characters = ''] = /^\[(!?)([\s\S]*)\]$/.exec(written) ?? [];
	const set = new RegExp(`^[${not === '' ? '' : '^'}${characters.replaceAll(/[\\^[\]]/g, '\\$&')}]$`, 'su');
	return {star: false, accepts: character => set.test(character)};
}

/**
 * Backtracks only to the last star, so that the number of steps is at most the product of the lengths of string and
 * pattern. An equivalent regular expression takes exponential time for `*a*a*a*b`.
 */
function matcherFor(tokens: readonly Token[]): Matches {
	return text => {
		const characters = [...text];
		let at = 0;
		let token = 0;
		let afterStar = -1;
		let resumeAt = 0;
		while (at < characters.length) {
			const next = tokens[token];
			if (next?.star === true) {
				token += 1;
				afterStar = token;
				resumeAt = at;
			} else if (next?.accepts(characters[at] ?? '') === true) {
				token += 1;
				at += 1;
			} else if (afterStar >= 0) {
				resumeAt += 1;
				at = resumeAt;
				token = afterStar;
			} else return false;
		}
		return tokens.slice(token).every(rest => rest.star);
	};
}
