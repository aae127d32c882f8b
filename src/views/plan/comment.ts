import type {Plan} from '../../plan/document/model.ts';
import {joined, planMarkdown, planSections} from './markdown.ts';

/** GitHub takes 65,536 characters, GitLab more. */
export const longestComment = 65_000;

/**
 * A plan as a comment of a merge request. Its first line is a hidden marker, by which the comment is found and renewed.
 *
 * @param name Tells the comments of several plans in one merge request apart.
 */
export function planComment(plan: Plan, name: string, edited: readonly string[] = []): string {
	const marker = `<!-- vacate plan ${name.replace(/[^\w.]+/g, '-')} -->\n`;
	const whole = marker + planMarkdown(plan, edited);
	if (whole.length <= longestComment) return whole;
	const note = 'The commands are left out, as a comment may not be so long: see the plan itself.';
	const short = marker + joined([...planSections(plan, edited), note]);
	return short.length <= longestComment ? short : cut(short);
}

/** Cut after a line: what is in it is a list or a table. */
function cut(text: string): string {
	const note = '\n\n**Cut here, as a comment may not be so long: see the plan itself.**\n';
	const shown = text.slice(0, longestComment - note.length);
	return shown.slice(0, Math.max(0, shown.lastIndexOf('\n'))) + note;
}
