import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {factsVersion} from '../../src/cli/fact-source.ts';
import {loadInputs} from '../../src/cli/inputs.ts';
import {planFor} from '../../src/cli/make-plan.ts';
import {vaultOf} from '../../src/cli/options/inventory-options.ts';
import {select} from '../../src/cli/options/select-inputs.ts';
import {createGatherer} from '../../src/facts/gather.ts';
import {Snapshot} from '../../src/facts/snapshot.ts';
import {FakeShell} from '../../test/fakes/fake-shell.ts';
import {FakeWorld} from '../../test/fakes/world.ts';

/** A fleet: the same number of guests on each host, and the hosts to be emptied, the first ones. */
export type Fleet = {readonly hosts: number; readonly guestsPerHost: number; readonly emptied: number};

/** The files of a fleet: what `vacate plan --facts` is given. */
export type FleetFiles = {readonly playbook: string; readonly inventory: string; readonly facts: string};

/** Hosts in memory, without the laws that tests check after each command: nothing is written. */
class FleetShell extends FakeShell {
	override check(): void {}
}

/** Writes inventory, playbook and facts of a fleet into the folder. The facts are all that the plan asks of hosts in memory. */
export async function writeFleet(folder: string, {hosts, guestsPerHost, emptied}: Fleet): Promise<FleetFiles> {
	await mkdir(folder, {recursive: true});
	const names = Array.from({length: hosts}, (_, index) => `kvm${index + 1}`);
	const files = {
		playbook: join(folder, 'playbook.yml'),
		inventory: join(folder, 'inventory.yml'),
		facts: join(folder, 'facts.json'),
	};
	await writeFile(files.inventory, `all:\n  hosts:\n${names.map(name => `    ${name}: {}\n`).join('')}`);
	const sources = names.slice(0, emptied).join(',');
	await writeFile(
		files.playbook,
		`- hosts: ${sources}\n  tasks:\n    - evacuate: {to: 'all:!${sources.replaceAll(',', ':!')}'}\n`,
	);
	const world = new FakeWorld(...names);
	world.memoryKib = guestsPerHost * 16384 * 16;
	for (const name of names) {
		for (let guest = 1; guest <= guestsPerHost; guest += 1) world.guest(name, `${name}-guest${guest}`);
	}
	const snapshot = new Snapshot(createGatherer(new FleetShell(world), 0));
	const {signal: never} = new AbortController();
	const signals = {stop: never, stopUndo: never, abort() {}, close() {}};
	const selected = select(await loadInputs(files.playbook, [files.inventory], [], await vaultOf({})), {});
	const inputs = {playbook: files.playbook, inventory: [files.inventory], extraVars: []};
	await planFor(selected, inputs, {gatherer: snapshot}, signals);
	const facts = await snapshot.facts();
	await writeFile(
		files.facts,
		JSON.stringify({vacate_facts: factsVersion, gathered: '2026-01-01T00:00:00.000Z', facts}),
	);
	return files;
}
