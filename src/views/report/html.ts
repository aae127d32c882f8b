import {bytesText, durationText} from '../format.ts';
import {html, list, part, rowHead, table, track} from '../plan/html.ts';
import {style} from '../plan/style.ts';
import {curvesOf} from './curves.ts';
import type {HostGuests, MoveReport, RunReport, Span} from './model.ts';
import {
	basisTexts,
	hostGuestsText,
	keptCopyTexts,
	moveCells,
	moveColumns,
	moveNumberColumns,
	nextTexts,
	outcomeText,
	reportSummary,
	reportWarnings,
	timeText,
} from './rows.ts';

const ownStyle = `
li, figcaption { overflow-wrap: anywhere; }
figure { margin: 0 0 1rem; }
svg { display: block; width: 100%; height: 6rem; background: var(--rest); border-radius: .2rem; }
polyline { fill: none; stroke: var(--bar); stroke-width: 2; vector-effect: non-scaling-stroke; }
polyline.dirtied { stroke: var(--warn); stroke-dasharray: 6 4; }
`.trim();

/** A report as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function reportHtml(report: RunReport): string {
	const {run, playbook, began, lastRecord, work} = report;
	const curves = report.moves.map(curvesOf).filter(text => text !== '');
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Report: ${html(run)}</title>
<style>
${style}
${ownStyle}
</style>
</head>
<body>
<header>
<h1>Report: ${html(run)}</h1>
<p class="lead">${html(outcomeText(report))}. ${html(reportSummary(report))}.</p>
<p class="soft">${html(playbook)}, from ${timeText(began)} to ${timeText(lastRecord)}.</p>
</header>
<main>
${[
	part('warnings', 'Warnings', list(reportWarnings(report).map(html), 'warn')),
	part('basis', 'Who and why', list(basisTexts(report).map(html))),
	part('moves', 'Moves', movesTable(report)),
	part('time', 'Timeline', timeline(report)),
	part(
		'speed',
		'Speed over time',
		curves.length === 0
			? ''
			: `<p class="soft">Solid: bytes that were sent each second. Dashed: memory that the guest changed each second.</p>\n${curves.join('\n')}`,
	),
	part('pauses', 'Pauses', pauses(report)),
	part('hosts', 'Hosts before and after', hostsTable(report)),
	part(
		'work',
		'Other actions',
		list(
			work.map(({title, host, outcome, real}) =>
				html(`${title} on ${host}: ${outcome}, ${durationText(real.durationMs)}`),
			),
		),
	),
	part('kept', 'Kept copies', list(keptCopyTexts(report).map(html))),
	part('next', 'Next', list(nextTexts(report).map(html))),
]
	.filter(text => text !== '')
	.join('\n')}
</main>
</body>
</html>
`;
}

function movesTable(report: RunReport): string {
	const numberOf = (column: number) => (moveNumberColumns.has(column) ? ' class="number"' : '');
	const rows = moveCells(report).map(cells =>
		cells.map((cell, column) => (column === 0 ? rowHead(cell) : `<td${numberOf(column)}>${html(cell)}</td>`)).join(''),
	);
	const head = moveColumns.map((title, column) => `<th scope="col"${numberOf(column)}>${title}</th>`).join('');
	return table('Guests in the order in which they began', head, rows);
}

/** When each guest was planned to move and when it moved, as bars and in words. */
function timeline({moves}: RunReport): string {
	const ends = moves.flatMap(({planned, real}) => [planned, real].map(span => (span ? endOf(span) : 0)));
	const whole = Math.max(1, ...ends);
	const rows = moves.flatMap(({guest, planned, real}: MoveReport) => {
		const spans = [['planned', planned] as const, ['real', real] as const].flatMap(([kind, span]) =>
			span === undefined ? [] : [{kind, span}],
		);
		return spans.map(({kind, span}, index) => {
			const head = index === 0 ? `<th scope="rowgroup" rowspan="${spans.length}">${html(guest)}</th>` : '';
			const words = `${durationText(span.startMs)} to ${durationText(endOf(span))}`;
			return `${head}<td>${kind}</td><td>${track(span.startMs / whole, span.durationMs / whole)}</td><td>${words}</td>`;
		});
	});
	const head = ['guest', 'when', 'of the whole', 'from and to'].map(title => `<th scope="col">${title}</th>`).join('');
	return table('When each guest moved, counted from the first action; what was planned is an estimate', head, rows);
}

function endOf({startMs, durationMs}: Span): number {
	return startMs + durationMs;
}

/** The pause of each guest as a part of what was allowed. */
function pauses({moves}: RunReport): string {
	const rows = moves.flatMap(({guest, pauseMs, allowedPauseMs}) => {
		if (pauseMs === undefined || allowedPauseMs === undefined) return [];
		const words = `${durationText(pauseMs)} of ${durationText(allowedPauseMs)}`;
		return [`${rowHead(guest)}<td>${track(0, Math.min(1, pauseMs / allowedPauseMs))}</td><td>${words}</td>`];
	});
	const head = ['guest', 'of what was allowed', 'pause'].map(title => `<th scope="col">${title}</th>`).join('');
	return table('How long each guest paused, and how long it was allowed to', head, rows);
}

function hostsTable({hosts}: RunReport): string {
	const fullest = Math.max(1, ...hosts.flatMap(({before, after}) => [before.memoryKib, after.memoryKib]));
	const rows = hosts.flatMap(({host, memoryKib, before, after}) => {
		const cells = (when: string, there: HostGuests) => {
			const names = there.guests.length === 0 ? '' : `<br><span class="soft">${html(there.guests.join(', '))}</span>`;
			const share = Math.min(1, there.memoryKib / (memoryKib ?? fullest));
			return `<td>${when}</td><td>${track(0, share)}</td><td>${hostGuestsText(there)}${names}</td>`;
		};
		const total = memoryKib === undefined ? '' : bytesText(memoryKib * 1024);
		return [
			`<th scope="rowgroup" rowspan="2">${html(host)}</th><td class="number" rowspan="2">${total}</td>${cells('before', before)}`,
			cells('after', after),
		];
	});
	const head = ['host', 'memory', 'when', 'in use by guests', 'guests'].map(
		(title, column) => `<th scope="col"${column === 1 ? ' class="number"' : ''}>${title}</th>`,
	);
	return table('Memory of the guests that run on each host, by the plan and the journal', head.join(''), rows);
}
