import {type Finding, remedyText} from '../../../preflight/finding.ts';
import type {Warning} from '../../step.ts';

/** So many subjects are named in one warning. */
const mostNamed = 4;

/** What the checks have found that stands against nothing, each sentence once, with all that it is about. */
export function warningsOf(findings: readonly Finding[], goesTo: ReadonlyMap<string, string>): readonly Warning[] {
	return groupFindings(
		findings.filter(({rule, uuid, destination}) => {
			// Who goes elsewhere is not concerned, nor who stays.
			if (uuid === undefined || rule === 'guest-autostart') return true;
			return goesTo.has(uuid) && (destination === undefined || goesTo.get(uuid) === destination);
		}),
	);
}

/** Each sentence once, with all that it is about. */
export function groupFindings(findings: readonly Finding[]): readonly Warning[] {
	const groups = new Map<string, {readonly first: Finding; readonly about: Set<string>}>();
	for (const finding of findings) {
		const {rule, reason} = finding;
		const group = groups.get(`${rule} ${reason}`) ?? {first: finding, about: new Set()};
		group.about.add(subjectOf(finding));
		groups.set(`${rule} ${reason}`, group);
	}
	return [...groups.values()].map(({first, about}) => ({
		about: named([...about]),
		text: first.reason,
		remedy: remedyText(first.remedy),
	}));
}

function subjectOf({guest, disk, destination, host}: Finding): string {
	if (guest !== undefined) return disk === undefined ? guest : `${guest} ${disk}`;
	return destination ?? host;
}

function named(names: readonly string[]): string {
	const shown = names.slice(0, mostNamed).join(', ');
	return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} others` : shown;
}
