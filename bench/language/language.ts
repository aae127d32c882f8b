import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {loadInputs} from '../../src/cli/inputs.ts';
import {Scope} from '../../src/template/scope.ts';
import {compileTemplate} from '../../src/template/template.ts';
import {closedVault} from '../../src/vault/vault.ts';
import {inventoryText, playbookText} from './generate.ts';

/**
 * How fast the language is: a playbook of a thousand tasks validated, first in a process that has just begun and then
 * again; and evaluations of one template. In processor time, so that other work on the machine counts little.
 */
export async function main(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-bench-'));
	try {
		const [playbook, inventory] = [join(folder, 'playbook.yml'), join(folder, 'inventory.yml')];
		await writeFile(playbook, playbookText(1000));
		await writeFile(inventory, inventoryText(3));
		for (const round of ['1,000 tasks validated, in a new process', 'the same again', 'and again']) {
			const {milliseconds} = await measured(() => loadInputs(playbook, [inventory], [], closedVault));
			say(round, `${Math.round(milliseconds)} ms`);
		}
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
	const text = '{{ vm.memory_mib * 2 }} on {{ host.name }}';
	const template = compileTemplate(text, () => ({file: 'bench', line: 1, column: 1}));
	const scope = new Scope([{data: {vm: {memory_mib: 512}, host: {name: 'kvm1'}}}]);
	const count = 1_000_000;
	for (const round of [`evaluations of ${text}`, 'the same again']) {
		const {milliseconds} = await measured(() => {
			for (let left = count; left > 0; left--) template.evaluate(scope);
		});
		say(round, `${((count / milliseconds) * 1000).toLocaleString('en', {maximumFractionDigits: 0})} a second`);
	}
}

async function measured(work: () => unknown): Promise<{readonly milliseconds: number}> {
	const before = process.cpuUsage();
	await work();
	const {user, system} = process.cpuUsage(before);
	return {milliseconds: (user + system) / 1000};
}

function say(what: string, result: string): void {
	process.stdout.write(`${what.padEnd(60)} ${result}\n`);
}
