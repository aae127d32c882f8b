import {visible} from './columns.ts';

/** What was found of evidence. */
type ShownVerdict = {
	readonly subject: {readonly run: string; readonly made_by: string; readonly made_at: string} | undefined;
	readonly digest: string;
	readonly parts: readonly string[];
	readonly records: number;
	readonly hasEnded: boolean;
	readonly faults: readonly string[];
	/** Valid signatures of approvals, and what could not be checked. */
	readonly signed?: readonly string[];
	readonly unchecked?: readonly string[];
};

/** Whether evidence is whole, and what is not. */
export function evidenceVerdictText(
	file: string,
	{subject, digest, parts, records, hasEnded, faults, signed = [], unchecked = []}: ShownVerdict,
): string {
	const name = visible(file);
	const uncheckedTexts = unchecked.map(text => `not verified: ${text}`);
	if (faults.length > 0) {
		const lines = [...faults, ...uncheckedTexts].map(text => `  ${visible(text)}`);
		return [`${name} is NOT valid evidence:`, ...lines].join('\n');
	}
	const {run = '', made_by: by = '', made_at: at = ''} = subject ?? {};
	return [
		`${name} is whole: ${parts.length} parts, ${records} records of the journal`,
		`  run ${visible(run)}, written by ${visible(by)} at ${visible(at)}`,
		...(hasEnded ? [] : ['  the run had not ended']),
		...[...signed, ...uncheckedTexts].map(text => `  ${visible(text)}`),
		`  ${digest}`,
		'  Compare this digest with one that was kept elsewhere: anybody can write such a file anew.',
	].join('\n');
}
