import type {Case} from './cases.ts';

export const pageFile = 'docs/conformance/inventory.md';

/** The result of the comparison of inventories, as a page of the documentation. */
export function pageOf(cases: readonly Case[]): string {
	const areas = [...new Set(cases.map(({area}) => area))];
	const kinds = [isSame, isRefused, isDifferent, isUnsupported];
	const counts = (some: readonly Case[]) => kinds.map(kind => some.filter(kind).length);
	const rows = areas.map(area => [area, ...counts(cases.filter(one => one.area === area))]);
	const line = (cells: readonly (string | number)[]) =>
		`| ${cells.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
	const listed = (kind: (one: Case) => boolean, reason: (one: Case) => string) =>
		cases.filter(kind).map(one => line([one.area, one.title, reason(one)]));
	return `# Conformance of inventories

\`npm run conformance\` reads each inventory in \`test/conformance/inventory/cases.yml\` with Debian's ansible-core and with
vacate, and compares the results exactly: groups, hosts and variables with their order and types, trees, and patterns. It
repeats this with generated inventories, in INI, in YAML and as scripts, with variables next to them, one at a time and
together. This page is generated.

| area | the same | rejected by both | different on purpose | not supported |
| --- | ---: | ---: | ---: | ---: |
${rows.map(line).join('\n')}
| **all** | ${counts(cases)
		.map(count => `**${count}**`)
		.join(' | ')} |

## Different on purpose

| area | case | reason |
| --- | --- | --- |
${listed(isDifferent, ({different = ''}) => different).join('\n')}

## Not supported

| area | case | reason |
| --- | --- | --- |
${listed(isUnsupported, ({unsupported = ''}) => unsupported).join('\n')}
`;
}

function isSame(one: Case): boolean {
	return !isRefused(one) && !isDifferent(one) && !isUnsupported(one);
}

function isRefused({refused}: Case): boolean {
	return refused !== undefined;
}

function isDifferent({different}: Case): boolean {
	return different !== undefined;
}

function isUnsupported({unsupported}: Case): boolean {
	return unsupported !== undefined;
}
