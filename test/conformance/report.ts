import type {Case} from './case.ts';

/** A playbook that both have run: what differs, and what they said. */
export type Compared = Case & {readonly found: readonly string[]; readonly said: string};

/** The result, as a page of the documentation. */
export function reportText(all: readonly Compared[]): string {
	const same = all.filter(({found}) => found.length === 0);
	const differs = all.filter(({found, unsupported}) => found.length > 0 && unsupported === undefined);
	const unsupported = all.filter(one => one.found.length > 0 && one.unsupported !== undefined);
	return `# Conformance

\`npm run conformance\` lets Debian's ansible-core and vacate run the same playbooks on the same hosts, and compares what
each did: for every host each task in order, its outcome, its items, what \`debug\` said, and how the run ended. This page
is its result. The playbooks are in \`test/conformance/playbooks/\`.

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
