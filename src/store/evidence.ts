import {createHash} from 'node:crypto';
import {isMapping} from '../template/value.ts';

/** The version of the format. Another one is not read. */
const evidenceVersion = 1;

/** What the evidence of a run is about. */
export type EvidenceSubject = {
	readonly run: string;
	/** The program that wrote the evidence. */
	readonly made_by: string;
	readonly made_at: string;
};

/** A file of the run. `masked`: it held a secret, which was replaced, so that its own digests no longer fit. */
export type EvidencePart = {readonly part: string; readonly text: string; readonly masked?: true};

/**
 * One text of JSON Lines: the subject with the digest of each line that follows, a line for each part, and the digest of
 * everything before. So each line that was changed can be named.
 */
export function evidenceText(subject: EvidenceSubject, parts: readonly EvidencePart[]): string {
	const lines = parts.map(part => JSON.stringify(part));
	const listed = parts.map(({part}, index) => ({part, digest: digestOf(lines[index] ?? '')}));
	const body = [JSON.stringify({vacate_evidence: evidenceVersion, ...subject, parts: listed}), ...lines]
		.map(line => `${line}\n`)
		.join('');
	return `${body}${JSON.stringify({digest: digestOf(body)})}\n`;
}

/** Evidence as it was read, with what was changed in it. */
export type ReadEvidence = {
	readonly subject: EvidenceSubject | undefined;
	readonly parts: readonly EvidencePart[];
	/** The digest over everything, as it is now. */
	readonly digest: string;
	/** Names of what is not as it was written; empty for evidence that is whole. */
	readonly changed: readonly string[];
};

/** Reads evidence by itself: nothing but its text is looked at. */
export function readEvidence(bytes: Buffer): ReadEvidence {
	// One character for each byte: what is no UTF-8 is told as well.
	const text = bytes.toString('latin1');
	const end = text.lastIndexOf('\n', text.length - 2) + 1;
	const digest = digestOf(bytes.subarray(0, end));
	const lines = text
		.slice(0, end)
		.split('\n')
		.slice(0, -1)
		.map(line => Buffer.from(line, 'latin1'));
	const [head, ...rest] = lines;
	const listed = headOf(head);
	const isWhole = text.slice(end) === `${JSON.stringify({digest})}\n`;
	if (listed === undefined) return {subject: undefined, parts: [], digest, changed: ['the first line']};
	const changed = changedLines(listed.parts, rest);
	return {
		subject: listed.subject,
		parts: rest.flatMap(partOf),
		digest,
		// With every line as it was listed, it is the list itself, the last line, or what stands between lines.
		changed: isWhole || changed.length > 0 ? changed : ['the first or the last line'],
	};
}

type Listed = {readonly part: string; readonly digest: string};

type EvidenceHead = {readonly subject: EvidenceSubject; readonly parts: readonly Listed[]};

function headOf(line: Buffer | undefined): EvidenceHead | undefined {
	const data = dataOf(line);
	if (data?.vacate_evidence !== evidenceVersion) return undefined;
	const {run, made_by: by, made_at: at, parts} = data;
	if (typeof run !== 'string' || typeof by !== 'string' || typeof at !== 'string' || !Array.isArray(parts)) {
		return undefined;
	}
	const listed = parts.filter(
		(one): one is Listed => isMapping(one) && typeof one.part === 'string' && typeof one.digest === 'string',
	);
	return {subject: {run, made_by: by, made_at: at}, parts: listed};
}

function changedLines(listed: readonly Listed[], lines: readonly Buffer[]): readonly string[] {
	const known = listed.flatMap(({part, digest}, index) => {
		const line = lines[index];
		if (line === undefined) return [`${part} (missing)`];
		return digestOf(line) === digest ? [] : [part];
	});
	const added = lines.length - listed.length;
	return added > 0 ? [...known, `${added} more ${added === 1 ? 'line' : 'lines'} than were written`] : known;
}

function partOf(line: Buffer): readonly EvidencePart[] {
	const {part, text, masked} = dataOf(line) ?? {};
	if (typeof part !== 'string' || typeof text !== 'string') return [];
	return [{part, text, ...(masked === true ? {masked} : {})}];
}

function dataOf(line: Buffer | undefined): Readonly<Record<string, unknown>> | undefined {
	try {
		const data: unknown = JSON.parse(String(line));
		return isMapping(data) ? data : undefined;
	} catch {
		return undefined;
	}
}

function digestOf(data: string | Buffer): string {
	return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
