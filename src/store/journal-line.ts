import {createHash} from 'node:crypto';
import type {ExecutionOverrides} from '../engine/execution-overrides.ts';
import type {JournalEntry} from '../engine/ports.ts';

/** A record in the journal, with its sequence number and its timestamp in milliseconds since the Unix epoch. */
export type JournalLine = {readonly n: number; readonly at: number} & JournalEntry;

/** A line as it was written: `prev` is the digest of the line before, which the first line and old formats lack. */
export type LinkedLine = JournalLine & {readonly prev?: string};

/**
 * One line of JSON. `prev`, the digest of the whole line before, makes the lines a chain. The last key is a checksum of
 * everything before it, which reveals a partially written line.
 */
export function lineOf(n: number, at: number, record: JournalEntry, prev?: string): string {
	const text = JSON.stringify({n, at, ...record, ...(prev === undefined ? {} : {prev})});
	return `${text.slice(0, -1)},"sum":"${sumOf(text)}"}\n`;
}

/** The digest by which the next line knows this one; its end of line does not count. */
export function lineDigest(line: string): string {
	return createHash('sha256').update(line.replace(/\n$/, '')).digest('hex');
}

/** Parses a line; undefined if it is incomplete. */
export function readLine(text: string): LinkedLine | undefined {
	const [, body, sum] = /^(\{.*),"sum":"([0-9a-f]{8})"\}$/s.exec(text) ?? [];
	if (body === undefined || sumOf(`${body}}`) !== sum) return undefined;
	return inPresentFormat(JSON.parse(`${body}}`));
}

/** Version 1 of the format called the overrides of an action `way`. */
function inPresentFormat({way, ...line}: LinkedLine & {readonly way?: ExecutionOverrides}): LinkedLine {
	return way === undefined || line.type !== 'started' ? line : {...line, overrides: way};
}

function sumOf(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
