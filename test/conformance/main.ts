// npm run conformance [NAME…]: lets ansible-playbook and vacate run the same playbooks, and compares what they did to each
// host. Writes docs/conformance.md when all playbooks have run.
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {casesIn} from './case.ts';
import {compare, isAsExpected, playbooks, root} from './compare.ts';
import {type Compared, reportText} from './report.ts';

const together = 3;

async function main(names: readonly string[]): Promise<boolean> {
	const cases = casesIn(playbooks).filter(({name}) => names.length === 0 || names.includes(name));
	const compared: Compared[] = [];
	const left = [...cases];
	const work = async () => {
		for (let one = left.shift(); one !== undefined; one = left.shift()) {
			const done = await compare(one);
			compared.push(done);
			tell(done, names.length > 0);
		}
	};
	await Promise.all(Array.from({length: together}, work));
	compared.sort((a, b) => (a.name < b.name ? -1 : 1));
	if (names.length === 0) await writeFile(join(root, 'docs/conformance.md'), reportText(compared));
	return compared.every(isAsExpected);
}

function tell(one: Compared, whole: boolean): void {
	const {name, found, differs, unsupported, said} = one;
	const word = found.length === 0 ? 'same' : (differs ?? unsupported) === undefined ? 'DIFFERS' : 'explained';
	process.stdout.write(`${isAsExpected(one) ? '' : '! '}${word} ${name}\n`);
	if (isAsExpected(one) && !whole) return;
	for (const line of found) process.stdout.write(`    ${line}\n`);
	if (said.trim() !== '') process.stdout.write(`${said.trim().replaceAll(/^/gm, '      ')}\n`);
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
