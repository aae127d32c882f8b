import type {Difference, DifferenceText, Drift} from '../drift.ts';
import type {Json} from '../json.ts';

/** Fields that change without drift: a running guest writes to its images, and a free port is free only at that moment. */
const ignored = ['dataBytes', 'port'] as const;

/** How the action of a step that moves a guest may differ from the plan. */
export function moveDrift<Action>(requested: (action: Action) => Json): Drift<Action> {
	return {ignored, describe: describeMove, requested};
}

function describeMove({at, was, now}: Difference): DifferenceText {
	const subject = at.filter(part => part !== 'move' && part !== 'disks').join('.');
	switch (at.at(-1)) {
		case 'memoryKib':
			return {subject: 'memory', ...bothAs(mibText, was, now)};
		case 'copies':
			return {subject: 'disks', ...bothAs(targetsText, was, now)};
		case 'virtualBytes':
			return {subject: `size of ${subject.replace(/(\.image)?\.virtualBytes$/, '')}`, ...bothAs(bytesText, was, now)};
		default:
			return {subject};
	}
}

/** Values of other types are shown as they are. */
function bothAs(
	text: (value: Json | undefined) => string | undefined,
	was: Json | undefined,
	now: Json | undefined,
): Omit<DifferenceText, 'subject'> {
	const [then, after] = [text(was), text(now)];
	return {...(then === undefined ? {} : {was: then}), ...(after === undefined ? {} : {now: after})};
}

function mibText(kib: Json | undefined): string | undefined {
	return typeof kib === 'number' ? `${Math.round(kib / 1024)} MiB` : undefined;
}

function bytesText(bytes: Json | undefined): string | undefined {
	return typeof bytes === 'number' ? `${bytes} bytes` : undefined;
}

function targetsText(copies: Json | undefined): string | undefined {
	if (!Array.isArray(copies)) return undefined;
	return copies.map(copy => targetOf(copy)).join(', ') || 'none';
}

function targetOf(copy: Json): string {
	const isNamed = typeof copy === 'object' && copy !== null && 'target' in copy;
	return isNamed && typeof copy.target === 'string' ? copy.target : JSON.stringify(copy);
}
