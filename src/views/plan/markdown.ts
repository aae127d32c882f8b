import type {Plan, PlannedAction} from '../../plan/document/model.ts';
import {visible} from '../columns.ts';
import {aboutTexts, noReview, type PlanReview} from './about.ts';
import {emptiedTexts} from './emptied.ts';
import {keptTexts} from './kept.ts';
import {returnCommand, riskTexts} from './risk.ts';
import {
	hostBars,
	limitTexts,
	moveHead,
	moveNumbers,
	moveRows,
	otherWarningsOf,
	rejectionsOf,
	risksOf,
	summaryText,
	undoTexts,
	windowText,
} from './rows.ts';
import {serviceTexts} from './services.ts';

/**
 * A plan for a merge request.
 *
 * @param edited Where the text of its file differs from its actions.
 * @param review Who made and approved it.
 */
export function planMarkdown(plan: Plan, edited: readonly string[] = [], review: PlanReview = noReview): string {
	return joined([...planSections(plan, edited, review), part('Commands', plan.actions.map(commandsOf).join('\n\n'))]);
}

/** The parts of a text; those that are empty are left out. */
export function joined(parts: readonly string[]): string {
	return `${parts.filter(text => text !== '').join('\n\n')}\n`;
}

/** The same without the commands. */
export function planSections(
	plan: Plan,
	edited: readonly string[] = [],
	review: PlanReview = noReview,
): readonly string[] {
	const {made_from: made, made_by: by, expected, left, nothing_to_do: nothing} = plan;
	const stays = left.map(
		({guest, host, reason, remedy}) => `**${plain(guest)}** on ${plain(host)}: ${plain(reason)}. Next: ${code(remedy)}`,
	);
	const risks = riskTexts(plan).map(plain);
	return [
		`# Plan: ${plain(made.playbook)}`,
		...emptiedTexts(plan).map(text => `**${plain(text)}.**`),
		`**${summaryText(plan)}.** Made by ${plain(by)}. Times, bytes and downtimes are estimates, assuming ${plain(expected.assuming)}.`,
		part('Warnings', bullets([...edited, windowText(plan), ...risksOf(plan)].filter(text => text !== '').map(plain))),
		part('Guests that stay', bullets(stays)),
		part(
			'Risk',
			bullets(risks.length === 0 ? [] : [...risks, `To move the guests back after the run: ${code(returnCommand)}`]),
		),
		part('Who and why', bullets(aboutTexts(plan, review).map(plain))),
		part('Guests that move', bullets(serviceTexts(plan).map(plain))),
		part('Moves', tableOf(moveHead, moveRows(plan), moveNumbers)),
		part('Limits', bullets(limitTexts(plan).map(plain))),
		part('Hosts', hostsTable(plan)),
		part('Disks', bullets(keptTexts(plan).map(plain))),
		part(
			'Nothing to do',
			bullets(nothing.map(({title, host, reason}) => `${plain(title)} on ${plain(host)}: ${plain(reason)}`)),
		),
		part(
			'Rejected destinations',
			bullets(rejectionsOf(plan).map(({guest, reasons}) => `**${plain(guest)}**: ${plain(reasons.join('; '))}`)),
		),
		part(
			'Check results',
			bullets(
				otherWarningsOf(plan).map(
					({about, text, remedy}) => `**${plain(about)}**: ${plain(text)}. Next: ${code(remedy)}`,
				),
			),
		),
		part('On failure', bullets(undoTexts(plan))),
	];
}

export function part(title: string, text: string): string {
	return text === '' ? '' : `## ${title}\n\n${text}`;
}

export function bullets(texts: readonly string[]): string {
	return texts.map(text => `- ${text}`).join('\n');
}

function hostsTable(plan: Plan): string {
	const rows = hostBars(plan).map(({host, total, before, after}) => [host, total, before.text, after.text]);
	return tableOf(['host', 'memory', 'before', 'after'], rows, new Set([1]));
}

export function tableOf(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	numbers: ReadonlySet<number>,
): string {
	if (rows.length === 0) return '';
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [
		line(head),
		line(head.map((_, column) => (numbers.has(column) ? '---:' : '---'))),
		...rows.map(row => line(row.map(plain))),
	].join('\n');
}

/** Collapsed, as most readers only need the moves. */
function commandsOf({title, id, host, commands, skip}: PlannedAction): string {
	const words = `${title} on ${host}${skip === undefined ? '' : ` (left out: ${skip})`}`;
	// As above, within the markup of a page.
	const head = tagless(words).replace(/\S*@\S*/g, word => `<code>${word}</code>`);
	const lines = commands.map(({on, run}) => `${visible(on)}: ${visible(run)}`).join('\n');
	const fence = fenceFor(lines);
	return `<details><summary>${head}</summary>\n\n${code(id)}\n\n${fence}\n${lines}\n${fence}\n\n</details>`;
}

/** Text with all markup escaped; a word with an @ is code, so that it mentions nobody. */
export function plain(text: string): string {
	return visible(text)
		.split(/(\s+)/)
		.map(word => (word.includes('@') ? code(word).replaceAll('|', '\\|') : escaped(word)))
		.join('');
}

function escaped(text: string): string {
	return text.replace(/[\\`*_{}[\]<>()#+!|~&]/g, character =>
		/[<>&]/.test(character) ? tagless(character) : `\\${character}`,
	);
}

function tagless(text: string): string {
	return visible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** One backtick more than the longest run in the text, at least three. */
function fenceFor(text: string): string {
	const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
	return '`'.repeat(longest + 1);
}

export function code(text: string): string {
	const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length));
	const fence = '`'.repeat(longest + 1);
	const shown = visible(text);
	return shown.includes('`') ? `${fence} ${shown} ${fence}` : `\`${shown}\``;
}
