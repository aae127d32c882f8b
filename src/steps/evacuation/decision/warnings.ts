import {type Finding, remedyText} from '../../../preflight/finding.ts';
import type {Warning} from '../../step.ts';

/** The maximum number of subjects named in one warning. */
const mostNamed = 4;

/** The findings that block nothing, grouped by their text, each with all its subjects. */
export function warningsOf(findings: readonly Finding[], goesTo: ReadonlyMap<string, string>): readonly Warning[] {
	return groupFindings(
		findings.filter(({rule, uuid, destination}) => {
			// A finding about another destination, or about a guest that stays, is irrelevant.
			if (uuid === undefined || rule === 'guest-autostart') return true;
			return goesTo.has(uuid) && (destination === undefined || goesTo.get(uuid) === destination);
		}),
	);
}

/** Groups findings with the same rule and text; each group lists its subjects. */
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
