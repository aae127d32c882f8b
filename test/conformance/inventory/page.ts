import type {Case} from './cases.ts';

export const pageFile = 'docs/conformance/inventory.md';

/** What the comparison of inventories shows, as a page of the documentation. */
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

\`npm run conformance\` asks Debian's ansible-core and vacate the same of each inventory in
\`test/conformance/inventory/cases.yml\`, and compares the answers exactly: groups, hosts and variables with their order and
their types, trees, patterns. Then it does so with generated inventories, in INI, in YAML and as scripts, with variables
beside them, alone and together. This page is made by it.

| area | the same | refused by both | different on purpose | not supported |
| --- | ---: | ---: | ---: | ---: |
${rows.map(line).join('\n')}
| **all** | ${counts(cases)
		.map(count => `**${count}**`)
		.join(' | ')} |

## Different on purpose

| area | what | why |
| --- | --- | --- |
${listed(isDifferent, ({different = ''}) => different).join('\n')}

## Not supported

| area | what | why |
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
