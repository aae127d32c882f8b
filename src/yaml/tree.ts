import {EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent} from 'js-yaml';

/** A part of a document as it was written. An alias is the part that its anchor names. */
export type YamlNode = {
	readonly kind: 'scalar' | 'list' | 'mapping';
	/** Where it begins in the text. */
	readonly start: number;
	readonly scalar?: ScalarEvent;
	/** The values of a list or a mapping, by index or key, with what a merge key brings. */
	readonly children: ReadonlyMap<string, Entry>;
	/** How many parts it has, itself and those of aliases counted each time. */
	readonly parts: number;
	readonly depth: number;
};

type Entry = {readonly keyStart: number; readonly value: YamlNode};

/** The document may not be used, for what stands at an offset. */
export class Refusal extends Error {
	constructor(
		message: string,
		readonly offset: number,
		readonly hint?: string,
	) {
		super(message);
	}
}

/** A few aliases of aliases stand for more than any memory holds; an inventory of 10,000 hosts has 100,000 parts. */
const maxParts = 1_000_000;
/** As js-yaml allows without aliases. */
const maxDepth = 100;

const none: ReadonlyMap<string, Entry> = new Map();

/**
 * The tree of the first document of js-yaml's event stream. Undefined for an empty one.
 *
 * @throws Refusal for what data cannot be: a key that is no text, a part of itself, a number that would be rounded.
 */
export function treeOf(text: string, events: readonly Event[]): YamlNode | undefined {
	const anchors = new Map<string, YamlNode | 'open'>();
	/** How far the text has been read. */
	let seen = 0;
	let next = events[0]?.type === EVENT_ID.DOCUMENT ? 1 : 0;
	return events[next] === undefined || events[next]?.type === EVENT_ID.POP ? undefined : node();

	function node(): YamlNode {
		const event = events[next++];
		if (event === undefined || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) {
			throw new Refusal('the document ends too early', text.length);
		}
		if (event.type === EVENT_ID.ALIAS) return aliased(event.anchorStart, event.anchorEnd);
		const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
		if (anchor !== undefined) anchors.set(anchor, 'open');
		const written = event.type === EVENT_ID.SCALAR ? scalar(event) : collection(event);
		if (anchor !== undefined) anchors.set(anchor, written);
		return written;
	}

	function aliased(start: number, end: number): YamlNode {
		const name = text.slice(start, end);
		const target = anchors.get(name);
		if (target === undefined) throw new Refusal(`there is no anchor '${name}' before this`, start - 1);
		if (target === 'open') throw new Refusal(`'${name}' would be a part of itself`, start - 1);
		return target;
	}

	function scalar(event: ScalarEvent): YamlNode {
		if (event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0) refuseNumber(text, event);
		seen = Math.max(seen, event.valueEnd);
		if (event.valueStart < 0) return {kind: 'scalar', start: 0, children: none, parts: 1, depth: 1};
		return {kind: 'scalar', start: startOf(text, event), scalar: event, children: none, parts: 1, depth: 1};
	}

	function collection(
		event: Event & {readonly type: typeof EVENT_ID.SEQUENCE | typeof EVENT_ID.MAPPING; readonly start: number},
	): YamlNode {
		const kind = event.type === EVENT_ID.SEQUENCE ? 'list' : 'mapping';
		const children = kind === 'list' ? items() : entries();
		let parts = 1;
		let depth = 1;
		for (const {value} of children.values()) {
			parts += value.parts;
			depth = Math.max(depth, value.depth + 1);
		}
		if (parts > maxParts) throw new Refusal(`this has more than ${maxParts} parts, its aliases counted`, event.start);
		if (depth > maxDepth) throw new Refusal(`this is nested more than ${maxDepth} deep`, event.start);
		return {kind, start: event.start, children, parts, depth};
	}

	function items(): ReadonlyMap<string, Entry> {
		const children = new Map<string, Entry>();
		while (!ended()) {
			const dash = Math.max(0, text.indexOf('-', seen));
			const value = placed(node(), dash);
			seen = Math.max(seen, value.start + 1);
			children.set(String(children.size), {keyStart: value.start, value});
		}
		return children;
	}

	function entries(): ReadonlyMap<string, Entry> {
		const own = new Map<string, Entry>();
		const merged: YamlNode[] = [];
		while (!ended()) {
			const key = node();
			const name = keyOf(key);
			const value = placed(node(), key.start);
			if (name === '<<' && key.scalar?.style === SCALAR_STYLE.PLAIN) merged.push(value);
			else own.set(name, {keyStart: key.start, value});
		}
		if (merged.length === 0) return own;
		const sources = merged.flatMap(source =>
			source.kind === 'list' ? [...source.children.values()].map(({value}) => value) : [source],
		);
		return new Map([...sources.toReversed().flatMap(({children}) => [...children]), ...own]);
	}

	function keyOf(key: YamlNode): string {
		if (key.kind === 'scalar' && key.scalar === undefined) throw new Refusal('a key is missing', seen);
		if (key.scalar === undefined) {
			const braces = text.startsWith('{', key.start) && text[key.start - 1] === '{';
			throw braces
				? new Refusal('a value that begins with {{ must be quoted', key.start - 1, 'write "{{ … }}"')
				: new Refusal('a key must be a text', key.start);
		}
		const name = getScalarValue(text, key.scalar);
		if (name === '__proto__') throw new Refusal(`'${name}' cannot be a key`, key.start);
		return name;
	}

	function ended(): boolean {
		if (events[next]?.type !== EVENT_ID.POP) return false;
		next++;
		return true;
	}
}

/** Nothing is written where a value is left out: its key or its dash stands for it. */
function placed(value: YamlNode, start: number): YamlNode {
	return value.kind === 'scalar' && value.scalar === undefined ? {...value, start} : value;
}

/** The first character that a person sees: the quote, or the first word of a block. */
function startOf(text: string, {style, valueStart, valueEnd}: ScalarEvent): number {
	if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1;
	if (!/\s/.test(text[valueStart] ?? '')) return valueStart;
	const spaces = /^\s*/.exec(text.slice(valueStart, valueEnd))?.[0].length ?? 0;
	return valueStart + spaces;
}

function refuseNumber(text: string, {valueStart, valueEnd}: ScalarEvent): void {
	if (!/[-+.\d]/.test(text[valueStart] ?? '')) return;
	const written = text.slice(valueStart, valueEnd);
	if (/^[-+]?\d{16,}$/.test(written) && !Number.isSafeInteger(Number(written))) {
		throw new Refusal('this number is too large to be kept exactly', valueStart, `quote it: "${written}"`);
	}
	if (/^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(written)) {
		throw new Refusal(`${written} is no number to reckon with`, valueStart);
	}
}
