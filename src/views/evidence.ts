import {visible} from './columns.ts';

/** What was found of evidence. */
type ShownVerdict = {
	readonly subject: {readonly run: string; readonly made_by: string; readonly made_at: string} | undefined;
	readonly digest: string;
	readonly parts: readonly string[];
	readonly records: number;
	readonly hasEnded: boolean;
	readonly faults: readonly string[];
};

/** Whether evidence is whole, and what is not. */
export function evidenceVerdictText(
	file: string,
	{subject, digest, parts, records, hasEnded, faults}: ShownVerdict,
): string {
	const name = visible(file);
	if (faults.length > 0) {
		return [`${name} is NOT as it was written:`, ...faults.map(fault => `  ${visible(fault)}`)].join('\n');
	}
	const {run = '', made_by: by = '', made_at: at = ''} = subject ?? {};
	return [
		`${name} is whole: ${parts.length} parts, ${records} records of the journal`,
		`  run ${visible(run)}, written by ${visible(by)} at ${visible(at)}`,
		...(hasEnded ? [] : ['  the run had not ended']),
		`  ${digest}`,
		'  Compare this digest with one that was kept elsewhere: anybody can write such a file anew.',
	].join('\n');
}
