/** Something that takes time, and counts against limits while it goes on. */
export type Span = {readonly id: string; readonly seconds: number; readonly claims: readonly string[]};

export type Begun = {readonly startsAt: number; readonly waitsFor?: string};

/**
 * When each begins, in seconds from the first, if those that come first in the list begin first; as `Limits` of the
 * engine has it, one that waits keeps nobody up who has room.
 */
export function begins(spans: readonly Span[], limits: Readonly<Record<string, number>>): ReadonlyMap<string, Begun> {
	const room = new Map(Object.entries(limits));
	const begun = new Map<string, Begun>();
	const held = new Map<string, string>();
	let waiting = spans;
	let running: readonly {readonly endsAt: number; readonly span: Span}[] = [];
	for (let now = 0; waiting.length > 0; ) {
		const later: Span[] = [];
		for (const span of waiting) {
			const full = span.claims.find(claim => (room.get(claim) ?? 1) < 1);
			if (full !== undefined) {
				if (!held.has(span.id)) held.set(span.id, full);
				later.push(span);
				continue;
			}
			take(room, span, -1);
			const waitsFor = held.get(span.id);
			begun.set(span.id, {startsAt: now, ...(waitsFor === undefined ? {} : {waitsFor})});
			running = [...running, {endsAt: now + span.seconds, span}];
		}
		waiting = later;
		if (waiting.length === 0 || running.length === 0) break;
		now = Math.min(...running.map(({endsAt}) => endsAt));
		for (const {endsAt, span} of running) if (endsAt <= now) take(room, span, 1);
		running = running.filter(({endsAt}) => endsAt > now);
	}
	return begun;
}

function take(room: Map<string, number>, {claims}: Span, change: number): void {
	for (const claim of claims) {
		const left = room.get(claim);
		if (left !== undefined) room.set(claim, left + change);
	}
}
