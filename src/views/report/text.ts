import {tableText, visible} from '../columns.ts';
import {bytesText, durationText} from '../format.ts';
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

/** A report for a terminal. */
export function reportText(report: RunReport): string {
	const {run, playbook, began, lastRecord, hosts, work} = report;
	const moves = moveCells(report).map(cells => cells.map(visible));
	return [
		[
			`run ${visible(run)}: ${visible(playbook)}`,
			`${outcomeText(report)}; ${reportSummary(report)}`,
			`from ${timeText(began)} to ${timeText(lastRecord)}`,
		].join('\n'),
		section('warnings', reportWarnings(report)),
		section('who and why', basisTexts(report)),
		moves.length === 0 ? '' : `moves\n${tableText([[...moveColumns], ...moves], moveNumberColumns)}`,
		hosts.length === 0
			? ''
			: `hosts, by the journal\n${tableText([
					['host', 'memory', 'before', 'after'],
					...hosts.map(({host, memoryKib, before, after}) => [
						visible(host),
						memoryKib === undefined ? '' : bytesText(memoryKib * 1024),
						hostGuestsText(before),
						hostGuestsText(after),
					]),
				])}`,
		section(
			'other actions',
			work.map(({title, host, outcome, real}) => `${title} on ${host}: ${outcome}, ${durationText(real.durationMs)}`),
		),
		section('kept copies', keptCopyTexts(report)),
		section('next', nextTexts(report)),
	]
		.filter(part => part !== '')
		.join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
	return lines.length === 0 ? '' : [title, ...lines.map(line => `  ${visible(line)}`)].join('\n');
}
