import type {Plan, PlannedAction} from '../../plan/document/model.ts';
import {tableText, visible} from '../columns.ts';
import {noColours, type Palette} from '../palette.ts';
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
	otherRisksOf,
	otherWarningsOf,
	rejectionsOf,
	summaryText,
	undoTexts,
	windowText,
} from './rows.ts';
import {serviceTexts} from './services.ts';

/** A complete plan for a terminal. */
export function planText(plan: Plan, palette: Palette = noColours, review: PlanReview = noReview): string {
	return [
		planSummaryText(plan, palette, review),
		section(
			'rejected destinations',
			rejectionsOf(plan).map(({guest, reasons}) => `  ${visible(guest)}: ${visible(reasons.join('; '))}`),
			palette,
		),
		section(
			'commands, in order',
			plan.actions.map(action => commandsText(action, palette)),
			palette,
		),
		section(
			'on failure',
			undoTexts(plan).map(text => `  ${text}`),
			palette,
		),
	]
		.filter(part => part !== '')
		.join('\n\n');
}

/**
 * What an operator confirms before a run: the moves and the warnings.
 *
 * @param review Who made and approved it.
 */
export function planSummaryText(plan: Plan, palette: Palette = noColours, review: PlanReview = noReview): string {
	const {made_from: made, made_by: by, nothing_to_do: nothing, left} = plan;
	const staying = left.map(
		({guest, host, reason, remedy}) =>
			`  ${visible(guest)} on ${visible(host)}: ${visible(reason)}\n    next: ${visible(remedy)}`,
	);
	const needless = nothing.map(
		({title, host, reason}) => `  ${visible(title)} on ${visible(host)}: ${visible(reason)}`,
	);
	const window = windowText(plan) === '' ? [] : [`  ${visible(windowText(plan))}`];
	const risk = riskTexts(plan).map(text => `  ${visible(text)}`);
	const risks = risk.length === 0 ? [] : [...risk, `  to move the guests back after the run: ${returnCommand}`];
	const problems = plan.problems.flatMap(({title, host, message, remedies}) => [
		`  ${palette.notice(visible(`${title} on ${host} would fail: ${message}`))}`,
		...remedies.map(remedy => `    next: ${visible(remedy)}`),
	]);
	const checks = otherWarningsOf(plan).map(
		({about, text, remedy}) => `  ${visible(about)}: ${visible(text)}\n    next: ${visible(remedy)}`,
	);
	return [
		`${palette.strong(`plan: ${visible(made.playbook)}`)} ${palette.dim(`(${visible(by)})`)}\n${emptiedTexts(plan)
			.map(text => `${visible(text)}\n`)
			.join('')}${summaryText(plan)}${palette.dim(`\nestimates, assuming ${visible(plan.expected.assuming)}`)}`,
		section(
			'who and why',
			aboutTexts(plan, review).map(text => `  ${visible(text)}`),
			palette,
		),
		section('guests that stay', staying, palette),
		section(
			'warnings',
			[...window, ...problems, ...otherRisksOf(plan).map(risk => `  ${palette.notice(visible(risk))}`)],
			palette,
		),
		section('risk', risks, palette),
		section(
			'guests that move',
			serviceTexts(plan).map(text => `  ${visible(text)}`),
			palette,
		),
		movesText(plan, palette),
		limitTexts(plan).map(visible).map(palette.dim).join('\n'),
		hostsText(plan, palette),
		section(
			'disks',
			keptTexts(plan).map(text => `  ${visible(text)}`),
			palette,
		),
		section('check results', checks, palette),
		section('nothing to do', needless, palette),
	]
		.filter(part => part !== '')
		.join('\n\n');
}

function movesText(plan: Plan, palette: Palette): string {
	const rows = moveRows(plan);
	if (rows.length === 0) return '';
	return tableText([moveHead.map(palette.dim), ...rows.map(row => row.map(visible))], moveNumbers);
}

const barWidth = 20;

function hostsText(plan: Plan, palette: Palette): string {
	const bars = hostBars(plan);
	if (bars.length === 0) return '';
	const bar = (share: number) => '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░');
	const rows = bars.flatMap(({host, total, before, after}) => [
		[visible(host), total, 'before', bar(before.share), before.text],
		['', '', 'after', bar(after.share), after.text],
	]);
	return tableText([['host', 'memory', '', 'in use by guests', ''].map(palette.dim), ...rows]);
}

function commandsText({id, title, commands, skip, reads, undo}: PlannedAction, palette: Palette): string {
	const marks = [
		...(reads === undefined ? [] : ['read-only']),
		...(skip === undefined ? [] : [`left out: ${visible(skip)}`]),
		...(typeof undo === 'object' && reads === undefined ? ['cannot be undone'] : []),
	];
	const head = `  ${palette.strong(visible(title))} ${palette.dim([`[${visible(id)}]`, ...marks].join(', '))}`;
	return [head, ...commands.map(({on, run}) => `    ${palette.dim(`${visible(on)}:`)} ${scriptText(run)}`)].join('\n');
}

function section(title: string, lines: readonly string[], palette: Palette): string {
	return lines.length === 0 ? '' : [palette.strong(title), ...lines].join('\n');
}

/** A command of several lines as these lines, each with a mark that no command can forge. */
function scriptText(run: string): string {
	return run
		.split('\n')
		.map(line => visible(line.replaceAll('\t', '  ')))
		.join('\n      │ ');
}
