import {createHash} from 'node:crypto';
import type {ExecutionOverrides} from '../engine/execution-overrides.ts';
import type {JournalEntry} from '../engine/ports.ts';

/** A record in the journal, with its sequence number and its timestamp in milliseconds since the Unix epoch. */
export type JournalLine = {readonly n: number; readonly at: number} & JournalEntry;

/** One line of JSON. Its last key is a checksum of everything before it, which reveals a partially written line. */
export function lineOf(n: number, at: number, record: JournalEntry): string {
	const text = JSON.stringify({n, at, ...record});
	return `${text.slice(0, -1)},"sum":"${sumOf(text)}"}\n`;
}

/** Parses a line; undefined if it is incomplete. */
export function readLine(text: string): JournalLine | undefined {
	const [, body, sum] = /^(\{.*),"sum":"([0-9a-f]{8})"\}$/s.exec(text) ?? [];
	if (body === undefined || sumOf(`${body}}`) !== sum) return undefined;
	return inPresentFormat(JSON.parse(`${body}}`));
}

/** Version 1 of the format called the overrides of an action `way`. */
function inPresentFormat({way, ...line}: JournalLine & {readonly way?: ExecutionOverrides}): JournalLine {
	return way === undefined || line.type !== 'started' ? line : {...line, overrides: way};
}

function sumOf(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
