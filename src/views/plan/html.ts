import type {Plan, PlannedAction} from '../../plan/document/model.ts';
import {visible} from '../columns.ts';
import {durationText} from '../format.ts';
import {aboutTexts, noReview, type PlanReview} from './about.ts';
import {emptiedTexts} from './emptied.ts';
import {keptTexts} from './kept.ts';
import {returnCommand, riskTexts} from './risk.ts';
import {
	type Bar,
	hostBars,
	limitTexts,
	moveHead,
	moveNumbers,
	moveRows,
	movesOf,
	otherWarningsOf,
	rejectionsOf,
	risksOf,
	summaryText,
	undoTexts,
	windowText,
} from './rows.ts';
import {serviceTexts} from './services.ts';
import {style} from './style.ts';

/**
 * A plan as one self-contained page: no scripts, and no external fonts or images.
 *
 * @param edited Where the text of its file differs from its actions.
 * @param review Who made and approved it.
 */
export function planHtml(plan: Plan, edited: readonly string[] = [], review: PlanReview = noReview): string {
	const {made_from: made, made_by: by, expected, left, nothing_to_do: nothing} = plan;
	const staying = left.map(
		({guest, host, reason, remedy}) =>
			`<b>${html(guest)}</b> on ${html(host)}: ${html(reason)}. Next: <code>${html(remedy)}</code>`,
	);
	const risk = riskTexts(plan).map(html);
	const risks =
		risk.length === 0 ? [] : [...risk, `To move the guests back after the run: <code>${html(returnCommand)}</code>`];
	const checks = otherWarningsOf(plan).map(
		({about, text, remedy}) => `<b>${html(about)}</b>: ${html(text)}. Next: <code>${html(remedy)}</code>`,
	);
	const needless = nothing.map(({title, host, reason}) => `${html(title)} on ${html(host)}: ${html(reason)}`);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Plan: ${html(made.playbook)}</title>
<style>
${style}
</style>
</head>
<body>
<header>
<h1>Plan: ${html(made.playbook)}</h1>
${emptiedTexts(plan)
	.map(text => `<p class="lead"><b>${html(text)}.</b></p>\n`)
	.join('')}<p class="lead">${html(summaryText(plan))}.</p>
<p class="soft">Made by ${html(by)}. Times, bytes and pauses are estimates, assuming ${html(expected.assuming)}.</p>
</header>
<main>
${[
	part(
		'risks',
		'Warnings',
		list([...edited, windowText(plan), ...risksOf(plan)].filter(text => text !== '').map(html), 'warn'),
	),
	part('stay', 'Guests that stay', list(staying)),
	part('risk', 'Risk', list(risks)),
	part('about', 'Who and why', list(aboutTexts(plan, review).map(html))),
	part('services', 'Guests that move', list(serviceTexts(plan).map(html))),
	part('moves', 'Moves', movesTable(plan)),
	part('limits', 'Limits', list(limitTexts(plan).map(html))),
	part('hosts', 'Hosts before and after', hostsTable(plan)),
	part('disks', 'Disks', list(keptTexts(plan).map(html))),
	part('time', 'Timeline', timeline(plan)),
	part('nothing', 'Nothing to do', list(needless)),
	part(
		'elsewhere',
		'Rejected destinations',
		list(rejectionsOf(plan).map(({guest, reasons}) => `<b>${html(guest)}</b>: ${html(reasons.join('; '))}`)),
	),
	part('checks', 'Check results', list(checks)),
	part('undo', 'On failure', list(undoTexts(plan).map(html))),
	part('commands', 'Commands', plan.actions.map(commandsOf).join('\n')),
]
	.filter(text => text !== '')
	.join('\n')}
</main>
</body>
</html>
`;
}

export function part(id: string, title: string, body: string): string {
	return body === '' ? '' : `<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${body}\n</section>`;
}

export function list(items: readonly string[], name = ''): string {
	if (items.length === 0) return '';
	return `<ul${name === '' ? '' : ` class="${name}"`}>\n${items.map(item => `<li>${item}</li>`).join('\n')}\n</ul>`;
}

function movesTable(plan: Plan): string {
	const rows = moveRows(plan).map(cells =>
		cells.map((cell, column) => (column === 0 ? rowHead(cell) : `<td${numberOf(column)}>${html(cell)}</td>`)).join(''),
	);
	const head = moveHead.map((title, column) => `<th scope="col"${numberOf(column)}>${title}</th>`).join('');
	return table('Guests in the order in which their moves start', head, rows);
}

function hostsTable(plan: Plan): string {
	const rows = hostBars(plan).flatMap(({host, total, before, after}) => [
		`<th scope="rowgroup" rowspan="2">${html(host)}</th><td class="number" rowspan="2">${html(total)}</td>${barCells('before', before)}`,
		barCells('after', after),
	]);
	const head = ['host', 'memory', 'when', 'in use by guests', 'guests'].map(
		(title, column) => `<th scope="col"${column === 1 ? ' class="number"' : ''}>${title}</th>`,
	);
	return table('Memory of the running guests on each host', head.join(''), rows);
}

function barCells(when: string, {share, text, guests}: Bar): string {
	const names = guests.length === 0 ? '' : `<br><span class="soft">${html(guests.join(', '))}</span>`;
	return `<td>${when}</td><td>${track(0, share)}</td><td>${html(text)}${names}</td>`;
}

/** When each guest moves, as a bar and as text. */
function timeline(plan: Plan): string {
	const {seconds: whole} = plan.expected;
	const rows = movesOf(plan).flatMap(({guest = '', to = '', expected, skip}) => {
		if (expected === undefined || skip !== undefined || whole === 0) return [];
		const {starts_after_seconds: start, seconds} = expected;
		const words = `${durationText(start * 1000)} to ${durationText((start + seconds) * 1000)}`;
		return [`${rowHead(guest)}<td>${html(to)}</td><td>${track(start / whole, seconds / whole)}</td><td>${words}</td>`];
	});
	const head = ['guest', 'to', 'share of the total time', 'start and end']
		.map(title => `<th scope="col">${title}</th>`)
		.join('');
	return table('When each guest moves, counted from the start', head, rows);
}

/** A bar that repeats the text next to it. */
export function track(from: number, share: number): string {
	const percent = (value: number) => `${(value * 100).toFixed(1)}%`;
	return `<span class="track" aria-hidden="true"><span style="left:${percent(from)};width:${percent(share)}"></span></span>`;
}

function commandsOf({id, title, host, commands, skip, reads}: PlannedAction): string {
	const marks = [...(reads === undefined ? [] : ['read-only']), ...(skip === undefined ? [] : [`left out: ${skip}`])];
	const mark = marks.length === 0 ? '' : ` <span class="soft">(${html(marks.join(', '))})</span>`;
	const lines = commands.map(({on, run}) => `${html(on)}: ${html(run)}`).join('\n');
	const shown = lines === '' ? '<p class="soft">No commands.</p>' : `<pre tabindex="0">${lines}</pre>`;
	return `<details>\n<summary>${html(title)} on ${html(host)}${mark}</summary>\n<p class="soft"><code>${html(id)}</code></p>\n${shown}\n</details>`;
}

export function table(caption: string, head: string, rows: readonly string[]): string {
	if (rows.length === 0) return '';
	const body = rows.map(row => `<tr>${row}</tr>`).join('\n');
	return `<div class="scroll" tabindex="0" role="region" aria-label="${caption}">\n<table>\n<caption>${caption}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>\n</div>`;
}

export function rowHead(text: string): string {
	return `<th scope="row">${html(text)}</th>`;
}

function numberOf(column: number): string {
	return moveNumbers.has(column) ? ' class="number"' : '';
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Text with all markup escaped. */
export function html(text: string): string {
	return visible(text).replace(/[&<>"']/g, character => entities[character] ?? '');
}
