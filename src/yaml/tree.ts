import {EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent} from 'js-yaml';

/** A part of a document as written. An alias is the part that its anchor names. */
export type YamlNode = {
	readonly kind: 'scalar' | 'list' | 'mapping';
	/** The offset of its beginning in the text. */
	readonly start: number;
	readonly scalar?: ScalarEvent;
	/** The values of a list or a mapping, by index or key, including those from a merge key. */
	readonly children: ReadonlyMap<string, Entry>;
	/** The number of nodes, counting itself, and those of aliases each time. */
	readonly parts: number;
	readonly depth: number;
};

type Entry = {readonly keyStart: number; readonly value: YamlNode};

/** The document is rejected because of what is at an offset. */
export class Refusal extends Error {
	constructor(
		message: string,
		readonly offset: number,
		readonly hint?: string,
	) {
		super(message);
	}
}

/** A few nested aliases can exceed any memory. An inventory of 10,000 hosts has 100,000 nodes. */
const maxParts = 1_000_000;
/** The limit of js-yaml, which does not count aliases. */
const maxDepth = 100;

const none: ReadonlyMap<string, Entry> = new Map();

/**
 * Builds the tree of the first document of js-yaml's event stream. Undefined for an empty one.
 *
 * @throws Refusal for what plain data cannot express: a key that is not a string, a cycle, a number that would be
 * rounded.
 */
export function treeOf(text: string, events: readonly Event[]): YamlNode | undefined {
	const anchors = new Map<string, YamlNode | 'open'>();
	/** The offset up to which the text has been read. */
	let seen = 0;
	let next = events[0]?.type === EVENT_ID.DOCUMENT ? 1 : 0;
	return events[next] === undefined || events[next]?.type === EVENT_ID.POP ? undefined : node();

	function node(): YamlNode {
		const event = events[next++];
		if (event === undefined || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) {
			throw new Refusal('unexpected end of the document', text.length);
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
		if (target === undefined) throw new Refusal(`undefined anchor '${name}'`, start - 1);
		if (target === 'open') throw new Refusal(`the anchor '${name}' contains itself`, start - 1);
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
		if (parts > maxParts)
			throw new Refusal(`the document has more than ${maxParts} nodes with its aliases expanded`, event.start);
		if (depth > maxDepth) throw new Refusal(`nested more than ${maxDepth} levels deep`, event.start);
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
				: new Refusal('a key must be a string', key.start);
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

/** An omitted value has no position of its own; its key or dash stands for it. */
function placed(value: YamlNode, start: number): YamlNode {
	return value.kind === 'scalar' && value.scalar === undefined ? {...value, start} : value;
}

/** The first visible character: the quote, or the first word of a block. */
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
		throw new Refusal('this number is too large to be represented exactly', valueStart, `quote it: "${written}"`);
	}
	if (/^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(written)) {
		throw new Refusal(`${written} is not a finite number`, valueStart);
	}
}
