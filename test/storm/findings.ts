import type {FileSurvey, GuestSurvey, Survey} from './survey.ts';

/** Something that is not as it was, or not as it should be. */
export type Finding = {
	readonly kind:
		| 'runs twice'
		| 'does not run'
		| 'was restarted'
		| 'lost ticks'
		| 'lost a write'
		| 'is gone'
		| 'is defined wrongly'
		| 'foreign file touched'
		| 'left over'
		| 'told wrongly'
		| 'too many at once'
		| 'ended badly';
	/** The guest, the file as `host:path`, or what else it is about. */
	readonly subject: string;
	readonly detail: string;
};

/** Guests that a run may move. All others, and all files but theirs, are not its business. */
export type Business = ReadonlySet<string>;

/**
 * Compares a lab before and after a run, however it ended. What ran before runs once, wherever; what did not, does not.
 * A guest’s images may lie at its source as well, as runs keep them.
 */
export function findingsOf(before: Survey, after: Survey, business: Business): readonly Finding[] {
	const guests = before.guests.flatMap(guest => {
		const now = after.guests.find(({uuid}) => uuid === guest.uuid);
		if (now === undefined) return [{kind: 'is gone', subject: guest.name, detail: 'no host knows it'} as const];
		return [...life(guest, now), ...counters(now), ...definitions(guest, now, business)];
	});
	return [...guests, ...touched(before, after, business), ...leftovers(before, after)];
}

function life(before: GuestSurvey, {name, states, processes}: GuestSurvey): readonly Finding[] {
	const running = Object.keys(states).filter(host => states[host] === 'running');
	const detail = JSON.stringify({states, processes});
	if (running.length > 1 || processes.length > 1) return [{kind: 'runs twice', subject: name, detail}];
	const ran = Object.values(before.states).includes('running');
	const paused = (states: GuestSurvey['states']) => Object.values(states).includes('paused');
	if (ran && running.length === 0) return [{kind: 'does not run', subject: name, detail}];
	if (paused(before.states) && running.length === 0 && !paused(states)) {
		return [{kind: 'does not run', subject: name, detail}];
	}
	if (!ran && running.length > 0) return [{kind: 'was restarted', subject: name, detail}];
	return [];
}

function counters({name, restarted, missing, ticks, written, onDisk}: GuestSurvey): readonly Finding[] {
	return [
		...(restarted
			? [{kind: 'was restarted', subject: name, detail: `its counter, now ${ticks}, began anew or went back`} as const]
			: []),
		...(missing > 0 ? [{kind: 'lost ticks', subject: name, detail: `${missing} of ${ticks}`} as const] : []),
		...(onDisk !== undefined && onDisk < written
			? [{kind: 'lost a write', subject: name, detail: `it wrote ${written}, and ${onDisk} is on the disk`} as const]
			: []),
	];
}

/** Defined where it runs, if it was defined before, and there only. */
function definitions(before: GuestSurvey, now: GuestSurvey, business: Business): readonly Finding[] {
	const home = business.has(before.name) && now.active.length > 0 ? now.active : before.defined;
	const wanted = before.defined.length === 0 ? [] : home;
	if (String(now.defined) === String(wanted)) return [];
	const detail = `defined on ${now.defined.join(', ') || 'no host'} instead of ${wanted.join(', ') || 'none'}`;
	return [{kind: 'is defined wrongly', subject: before.name, detail}];
}

/**
 * Files that belong to no guest, or to a guest that is nobody's business, are the same files with the same content. Kept
 * copies that were recorded on their host, and their records, are the business of whoever recorded them.
 */
function touched(before: Survey, after: Survey, business: Business): readonly Finding[] {
	const inUse = new Set(before.guests.flatMap(imagesOf));
	const movable = new Set(before.guests.filter(({name}) => business.has(name)).flatMap(imagesOf));
	const now = new Map(after.files.map(file => [nameOf(file), file]));
	const recorded = new Set(before.files.flatMap(recordedImage));
	return before.files.flatMap((file): readonly Finding[] => {
		const subject = nameOf(file);
		if (file.recordOf !== undefined || recorded.has(subject)) return [];
		const same = now.get(subject);
		const gone = same === undefined;
		const replaced = same !== undefined && same.inode !== file.inode;
		const changed = same !== undefined && (same.digest !== file.digest || same.modifiedMs !== file.modifiedMs);
		const detail = gone ? 'is gone' : replaced ? 'is another file' : 'has another content';
		if (gone || replaced) return [{kind: 'foreign file touched', subject, detail}];
		return changed && !movable.has(subject) && !inUse.has(subject)
			? [{kind: 'foreign file touched', subject, detail}]
			: [];
	});
}

/** Files that nobody needs, and programs that should have ended. */
function leftovers(before: Survey, after: Survey): readonly Finding[] {
	const known = new Set([...before.files.map(nameOf), ...after.guests.flatMap(liveImagesOf)]);
	const there = new Set(after.files.map(nameOf));
	// A record is left over when its image is gone.
	const isKnown = (file: FileSurvey) => known.has(nameOf(file)) || recordedImage(file).some(image => there.has(image));
	const files = after.files.filter(file => !isKnown(file)).map(nameOf);
	const programs = after.programs.filter(program => !before.programs.includes(program));
	return [...files, ...programs].map(subject => ({kind: 'left over', subject, detail: 'was not there before'}));
}

function nameOf({host, path}: Pick<FileSurvey, 'host' | 'path'>): string {
	return `${host}:${path}`;
}

/** The image of which the file is the record. */
function recordedImage({host, recordOf}: FileSurvey): readonly string[] {
	return recordOf === undefined ? [] : [nameOf({host, path: recordOf})];
}

function imagesOf({disks}: GuestSurvey): readonly string[] {
	return Object.entries(disks).flatMap(([host, paths]) => paths.map(path => nameOf({host, path})));
}

/** The images on hosts where the guest runs, or is at least defined while it runs nowhere. */
function liveImagesOf({disks, active, defined}: GuestSurvey): readonly string[] {
	const homes = active.length > 0 ? active : defined;
	return homes.flatMap(host => (disks[host] ?? []).map(path => nameOf({host, path})));
}
