import {EVENT_ID, type Event, getScalarValue, SCALAR_STYLE} from 'js-yaml';

/** Where the parts of a document stand, by JSON pointer: offsets into the text. */
export type Offsets = {
	readonly values: ReadonlyMap<string, number>;
	readonly keys: ReadonlyMap<string, number>;
};

/** One step of a JSON pointer, escaped. */
export function pointerPart(name: string | number): string {
	return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Aliases within aliases are followed so far; beyond it a position is that of the part around it. */
const maxIndexed = 100_000;

/** Finds the offsets of all values and keys in the first document of js-yaml's event stream. */
export function indexOffsets(source: string, events: readonly Event[]): Offsets {
	const values = new Map<string, number>();
	const keys = new Map<string, number>();
	const anchors = new Map<string, number>();
	/** The nodes that are being read: an alias in its own anchor leads nowhere new. */
	const open = new Set<number>();
	let next = 0;

	/** Reads one node and all below it. */
	function node(pointer: string): void {
		const index = next;
		const event = events[next++];
		if (event === undefined) return;
		if ('anchorStart' in event && event.anchorStart >= 0 && event.type !== EVENT_ID.ALIAS) {
			anchors.set(source.slice(event.anchorStart, event.anchorEnd), index);
		}
		open.add(index);
		switch (event.type) {
			case EVENT_ID.SEQUENCE:
				values.set(pointer, event.start);
				for (let item = 0; !ended(); item++) node(pointer + pointerPart(item));
				break;
			case EVENT_ID.MAPPING:
				values.set(pointer, event.start);
				while (!ended()) pair(pointer);
				break;
			case EVENT_ID.SCALAR:
				values.set(pointer, event.valueStart - quoteWidth(event.style));
				break;
			case EVENT_ID.ALIAS: {
				const target = anchors.get(source.slice(event.anchorStart, event.anchorEnd));
				if (target !== undefined) again(target, pointer);
				values.set(pointer, event.anchorStart - 1);
				break;
			}
		}
		open.delete(index);
	}

	function pair(pointer: string): void {
		const key = events[next];
		if (key?.type !== EVENT_ID.SCALAR) {
			node(`${pointer}/?`);
			node(`${pointer}/?`);
			return;
		}
		next++;
		const name = getScalarValue(source, key);
		if (name === '<<') {
			node(pointer);
			return;
		}
		keys.set(pointer + pointerPart(name), key.valueStart - quoteWidth(key.style));
		node(pointer + pointerPart(name));
	}

	/** An alias stands for the node of its anchor: the parts below it are where they were written. */
	function again(target: number, pointer: string): void {
		if (open.has(target) || values.size > maxIndexed) return;
		const back = next;
		next = target;
		node(pointer);
		next = back;
	}

	function ended(): boolean {
		const event = events[next];
		if (event !== undefined && event.type !== EVENT_ID.POP) return false;
		next++;
		return true;
	}

	if (events[0]?.type === EVENT_ID.DOCUMENT) next = 1;
	node('');
	return {values, keys};
}

function quoteWidth(style: number): number {
	return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
}
