import {readFile} from 'node:fs/promises';
import type {Inventory} from '../inventory/inventory.ts';
import type {Sources} from '../plan/document/model.ts';
import type {Playbook} from '../playbook/model.ts';
import {sectionsOf, walkTasks} from '../playbook/walk.ts';
import {maskedData, showsSecret} from '../shell/mask.ts';
import {digestOf} from '../store/plan-file.ts';
import {isSecretName, namesSecret} from './options/secret-names.ts';
import type {SelectOptions} from './options/select.ts';
import type {Selected} from './options/select-inputs.ts';

/** The command line of a plan, which `apply` reads again. */
export type PlanInputs = SelectOptions & {
	readonly playbook: string;
	readonly inventory: readonly string[];
	readonly extraVars: readonly string[];
};

type Digests = Omit<Sources['digests'], 'facts'>;

/** The inputs of a plan, without the facts. */
export async function sourcesOf(
	{playbook, inventory, given}: Selected,
	written: PlanInputs,
): Promise<Omit<Sources, 'digests'> & {readonly digests: Digests}> {
	const {limit, tags, skipTags, startAtTask} = written;
	return {
		playbook: written.playbook,
		inventories: written.inventory,
		extra_vars: written.extraVars.filter(text => !namesSecret(text) && !showsSecret(text)),
		...(limit === undefined ? {} : {limit}),
		...(tags === undefined ? {} : {tags}),
		...(skipTags === undefined ? {} : {skip_tags: skipTags}),
		...(startAtTask === undefined ? {} : {start_at_task: startAtTask}),
		digests: {
			playbook: await playbookDigest(playbook),
			inventory: inventoryDigest(inventory),
			variables: digestOf(withoutSecrets(given)),
		},
	};
}

/** Secrets are not written to files, not even as a digest: they must be given again to apply the plan. */
function withoutSecrets(given: Readonly<Record<string, unknown>>): unknown {
	const names = Object.keys(given).sort();
	return names.map(name => [name, isSecretName(name) ? '***' : maskedData(given[name])]);
}

/** Digest of all files that the playbook is known to read. */
async function playbookDigest({file, plays}: Playbook): Promise<string> {
	const places = plays.flatMap(play => [play.place, ...[...walkTasks(sectionsOf(play))].map(({place}) => place)]);
	const files = [...new Set([file, ...places.map(place => place.at('').file)])];
	return digestOf(await Promise.all(files.map(name => readFile(name, 'utf8'))));
}

/** Digest of the resulting inventory: hosts, groups and variables. The values of secrets do not count. */
function inventoryDigest(inventory: Inventory): string {
	const others = [...(inventory.adjacentVars?.entries() ?? [])].map(([folder, other]) => [folder, contentOf(other)]);
	return digestOf([...contentOf(inventory), ...others]);
}

function contentOf({hosts, groups}: Inventory): readonly unknown[] {
	const written = [...hosts.values()].map(host => [
		host.name,
		host.groups,
		host.layers.map(({of, name, vars}) => [
			of,
			name,
			Object.entries(vars).map(([variable, value]) => [variable, value.written]),
		]),
	]);
	return [written, [...groups.values()].map(({name, hosts}) => [name, hosts])];
}
