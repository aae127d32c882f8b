import {bytesText, durationText} from '../format.ts';
import {bullets, code, part, plain, tableOf} from '../plan/markdown.ts';
import type {RunReport} from './model.ts';
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

/** A report for a ticket. */
export function reportMarkdown(report: RunReport): string {
	const {run, playbook, began, lastRecord, hosts, work} = report;
	return `${[
		`# Report of run ${plain(run)}`,
		`**${plain(outcomeText(report))}.** ${plain(reportSummary(report))}. Playbook ${code(playbook)}, from ${timeText(began)} to ${timeText(lastRecord)}.`,
		part('Warnings', bullets(reportWarnings(report).map(plain))),
		part('Who and why', bullets(basisTexts(report).map(plain))),
		part('Moves', tableOf(moveColumns, moveCells(report), moveNumberColumns)),
		part(
			'Hosts, by the journal',
			tableOf(
				['host', 'memory', 'before', 'after'],
				hosts.map(({host, memoryKib, before, after}) => [
					host,
					memoryKib === undefined ? '' : bytesText(memoryKib * 1024),
					hostGuestsText(before),
					hostGuestsText(after),
				]),
				new Set([1]),
			),
		),
		part(
			'Other actions',
			bullets(
				work.map(({title, host, outcome, real}) =>
					plain(`${title} on ${host}: ${outcome}, ${durationText(real.durationMs)}`),
				),
			),
		),
		part('Kept copies', bullets(keptCopyTexts(report).map(plain))),
		part('Next', bullets(nextTexts(report).map(plain))),
	]
		.filter(text => text !== '')
		.join('\n\n')}\n`;
}
