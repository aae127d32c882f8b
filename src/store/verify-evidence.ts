import type {JournalEntry} from '../engine/ports.ts';
import {type EvidencePart, type EvidenceSubject, readEvidence} from './evidence.ts';
import {journalFrom} from './journal-text.ts';
import {digestOf, planFrom} from './plan-file.ts';

/** What evidence says of itself, and what does not fit. */
export type EvidenceVerdict = {
	readonly subject: EvidenceSubject | undefined;
	readonly digest: string;
	/** The parts, by their names. */
	readonly parts: readonly string[];
	/** Records of the journal. */
	readonly records: number;
	/** Whether the journal has come to the end of its run. */
	readonly hasEnded: boolean;
	/** What was changed or does not fit, one sentence each; empty for evidence that is whole. */
	readonly faults: readonly string[];
};

/** Checks the evidence of a run: its lines, the chain of its journal, the seal of its plan, and that they fit together. */
export function verifyEvidence(bytes: Buffer): EvidenceVerdict {
	const {subject, digest, parts, changed} = readEvidence(bytes);
	const {records, hasEnded, faults} = contentFaults(parts, subject);
	return {
		subject,
		digest,
		parts: parts.map(({part}) => part),
		records,
		hasEnded,
		faults: [...changed.map(name => `${name} was changed after the evidence was written`), ...faults],
	};
}

type Content = Pick<EvidenceVerdict, 'records' | 'hasEnded' | 'faults'>;

function contentFaults(parts: readonly EvidencePart[], subject: EvidenceSubject | undefined): Content {
	const journal = parts.find(({part}) => part === 'journal.jsonl');
	if (journal === undefined) {
		return {records: 0, hasEnded: false, faults: subject === undefined ? [] : ['journal.jsonl is missing']};
	}
	if (journal.masked === true) return {records: 0, hasEnded: false, faults: []};
	try {
		const {lines} = journalFrom('journal.jsonl', journal.text);
		const [first] = lines;
		const isOther = first?.type === 'run' && subject !== undefined && first.run !== subject.run;
		return {
			records: lines.length,
			hasEnded: lines.at(-1)?.type === 'ended',
			faults: [
				...(isOther ? [`journal.jsonl is of the run ${first.run}, not of ${subject.run}`] : []),
				...planFaults(parts, lines),
				...fileFaults(parts, lines),
			],
		};
	} catch (error) {
		return {records: 0, hasEnded: false, faults: [(error as Error).message]};
	}
}

function planFaults(parts: readonly EvidencePart[], records: readonly JournalEntry[]): readonly string[] {
	const plan = parts.find(({part}) => part === 'plan.yml');
	const seal = provenanceIn(records)?.plan;
	if (plan === undefined) return seal === undefined ? [] : ['plan.yml is missing'];
	if (plan.masked === true) return [];
	try {
		const read = planFrom('plan.yml', plan.text);
		if (!read.isSealed) return ['plan.yml was changed after it was sealed'];
		return seal === undefined || seal === read.plan.seal ? [] : ['plan.yml is not the plan that the journal names'];
	} catch {
		return ['plan.yml is not a plan'];
	}
}

function fileFaults(parts: readonly EvidencePart[], records: readonly JournalEntry[]): readonly string[] {
	return (provenanceIn(records)?.files ?? []).flatMap(({name, digest}) => {
		const found = parts.find(({part}) => part === name);
		if (found === undefined) return [`${name} is missing`];
		return found.masked === true || digestOf(found.text) === digest ? [] : [`${name} is not as the journal names it`];
	});
}

function provenanceIn(records: readonly JournalEntry[]) {
	return records.find(record => record.type === 'provenance');
}
