import type {Case} from './case.ts';

/** A playbook run by both: the differences, and the full output. */
export type Compared = Case & {readonly found: readonly string[]; readonly said: string};

/** The result, as a page of the documentation. */
export function reportText(all: readonly Compared[]): string {
	const same = all.filter(({found}) => found.length === 0);
	const differs = all.filter(({found, unsupported}) => found.length > 0 && unsupported === undefined);
	const unsupported = all.filter(one => one.found.length > 0 && one.unsupported !== undefined);
	return `# Conformance

\`npm run conformance\` runs the same playbooks on the same hosts with Debian's ansible-core and with vacate, and compares
the results: for every host the tasks in order with their outcomes, items and \`debug\` messages, and the end of the run.
This page is the result. The playbooks are in \`test/conformance/playbooks/\`.

| | playbooks |
| --- | ---: |
| the same | ${same.length} |
| different on purpose | ${differs.length} |
| not supported | ${unsupported.length} |
| **all** | **${all.length}** |

## Different on purpose

${table(
	['playbook', 'why', 'what differs'],
	differs.map(one => [link(one), one.differs ?? '**not explained**', one.found[0] ?? '']),
)}

## Not supported

${table(
	['playbook', 'why'],
	unsupported.map(one => [link(one), one.unsupported ?? '']),
)}

## The same

${table(
	['playbook', 'what it shows'],
	same.map(one => [link(one), one.title]),
)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	if (rows.length === 0) return 'None.';
	const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function link({name}: Case): string {
	return `[${name}](../test/conformance/playbooks/${name}.yml)`;
}
