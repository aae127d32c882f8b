import {visible} from '../columns.ts';
import {html} from '../plan/html.ts';
import type {MoveReport, RunReport} from './model.ts';
import {basisTexts, outcomeText, reportSummary, timeText} from './rows.ts';

type TestCase = {readonly host: string; readonly name: string; readonly seconds: number; readonly body: string};

/** A report for systems that show test results: a suite for each host, a case for each guest. */
export function reportJunit(report: RunReport): string {
	const {run, began, moves, left} = report;
	const cases = [
		...moves.filter(({guest, attempts}) => attempts > 0 || !left.some(one => one.guest === guest)).map(caseOf),
		...left
			.filter(({guest}) => !moves.some(move => move.guest === guest && move.attempts > 0))
			.map(({guest, host, reason}) => ({
				host,
				name: `${guest} moves`,
				seconds: 0,
				body: `<failure type="stays" message="${html(reason)}"/>`,
			})),
	];
	const hosts = [...new Set(cases.map(({host}) => host))];
	const properties = [outcomeText(report), reportSummary(report), ...basisTexts(report)];
	const suites = hosts.map(host =>
		suiteOf(
			host,
			cases.filter(one => one.host === host),
			timeText(began),
			properties,
		),
	);
	return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="vacate ${html(run)}"${sums(cases)}>
${suites.join('\n')}
</testsuites>
`;
}

function suiteOf(host: string, cases: readonly TestCase[], at: string, properties: readonly string[]): string {
	const told = properties.map((text, index) => `<property name="vacate.${index + 1}" value="${html(visible(text))}"/>`);
	const shown = cases.map(
		({name, seconds, body}) =>
			`<testcase classname="${html(host)}" name="${html(name)}" time="${seconds.toFixed(3)}">${body}</testcase>`,
	);
	return `<testsuite name="${html(host)}" timestamp="${at.replace('Z', '')}"${sums(cases)}>
<properties>
${told.join('\n')}
</properties>
${shown.join('\n')}
</testsuite>`;
}

function sums(cases: readonly TestCase[]): string {
	const having = (text: string) => cases.filter(({body}) => body.startsWith(text)).length;
	const seconds = cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
	return ` tests="${cases.length}" failures="${having('<failure')}" skipped="${having('<skipped')}" errors="0" time="${seconds}"`;
}

function caseOf({guest, from, to, outcome, real, why = '', where}: MoveReport): TestCase {
	const told = `${outcome}${why === '' ? '' : `: ${why}`}; by the journal it is on ${where}`;
	const body =
		outcome === 'moved'
			? ''
			: outcome === 'left out'
				? `<skipped message="${html(why)}"/>`
				: `<failure type="${outcome.replace(' ', '-')}" message="${html(told)}"/>`;
	return {host: from, name: `${guest} moves to ${to}`, seconds: (real?.durationMs ?? 0) / 1000, body};
}
