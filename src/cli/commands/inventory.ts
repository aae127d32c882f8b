import {Command, Option} from 'commander';
import {InputError} from '../../errors.ts';
import type {Host, Inventory} from '../../inventory/inventory.ts';
import {commandGroups} from '../command-groups.ts';
import {type InventoryChoice, vaultOf, withInventory} from '../options/inventory-options.ts';
import {collect} from '../options/parsers.ts';

/** The options of the command. */
export type InventoryQuestion = InventoryChoice & {
	readonly list?: true;
	readonly graph?: string | true;
	readonly host?: string;
	readonly hosts?: string;
	readonly provenance?: string | true;
	readonly json?: true;
	readonly yaml?: true;
	readonly limit?: string;
	readonly playbookDir?: readonly string[];
};

const questions = ['list', 'graph', 'host', 'hosts', 'provenance'] as const;

/** `vacate inventory`: shows the inventory as vacate reads it. */
export function inventoryCommand(): Command {
	const others = (name: string) => questions.filter(question => question !== name);
	const question = (flags: string, description: string) => {
		const option = new Option(flags, description);
		return option.conflicts([...others(option.attributeName())]);
	};
	return withInventory(
		new Command('inventory')
			.helpGroup(commandGroups.projects)
			.description('Show the hosts, groups and variables of an inventory.'),
		'the hosts',
	)
		.addOption(question('--list', 'groups, hosts and variables in the format of an inventory script'))
		.addOption(question('--graph [group]', 'the groups as a tree (default)'))
		.addOption(question('--host <name>', 'the variables of a host'))
		.addOption(question('--hosts <pattern>', 'the hosts that match a pattern'))
		.addOption(
			question('--provenance [pattern]', 'the origin of each variable: file, line, and the values that it overrides'),
		)
		.option(
			'-l, --limit <pattern>',
			'limit --hosts or --provenance to hosts that match the pattern; @FILE reads patterns from a file',
		)
		.option('--playbook-dir <folder>', 'also read group_vars/ and host_vars/ in this folder (repeatable)', collect)
		.addOption(new Option('--json', 'print JSON').conflicts('yaml'))
		.addOption(new Option('--yaml', 'print YAML').conflicts('json'))
		.action(async (options: InventoryQuestion) => {
			process.stdout.write(await inventoryAnswer(options));
		});
}

/** The output of `vacate inventory`. @throws InputError */
export async function inventoryAnswer(options: InventoryQuestion): Promise<string> {
	const {loadInventory} = await import('../../inventory/load.ts');
	const vault = await vaultOf(options);
	const folders = {playbookFolders: options.playbookDir ?? []};
	return answer(await loadInventory(givenInventories(options), {vault, ...folders}), options);
}

/** @throws InputError if none is given. */
export function givenInventories({inventory = []}: InventoryChoice): readonly string[] {
	if (inventory.length > 0) return inventory;
	throw new InputError([{message: 'no inventory given', hint: 'give one: -i inventory.yml'}]);
}

async function answer(inventory: Inventory, options: InventoryQuestion): Promise<string> {
	const views = await import('../../views/inventory.ts');
	const {jsonOf, yamlOf} = views;
	const written = (data: unknown) => (options.yaml ? yamlOf(data) : jsonOf(data));
	if (options.list) return options.yaml ? views.listYaml(inventory) : jsonOf(views.listData(inventory));
	if (options.host !== undefined) return written(views.writtenVars(await oneHost(inventory, options.host)));
	if (options.hosts !== undefined) {
		const names = await hostsOf(inventory, options.hosts, options.limit);
		return options.json || options.yaml ? written(names) : views.hostsText(names);
	}
	if (options.provenance !== undefined) {
		const {provenanceOf} = await import('../../inventory/provenance.ts');
		const pattern = options.provenance === true ? 'all' : options.provenance;
		const names = await hostsOf(inventory, pattern, options.limit);
		const found = names.flatMap(name => inventory.hosts.get(name) ?? []).map(provenanceOf);
		if (options.json || options.yaml) return written(views.provenanceData(found));
		return views.provenanceText(found, inventory.unusedFiles);
	}
	return views.graphText(inventory, await knownGroup(inventory, options.graph ?? true));
}

async function oneHost(inventory: Inventory, pattern: string): Promise<Host> {
	const [name = '', ...more] = await hostsOf(inventory, pattern);
	const host = inventory.hosts.get(name);
	if (host !== undefined && more.length === 0) return host;
	throw new InputError([
		{message: `'${pattern}' matches more than one host`, hint: 'give one host; --provenance accepts several'},
	]);
}

async function hostsOf(inventory: Inventory, pattern: string, limit?: string): Promise<readonly string[]> {
	const [{matchHosts}, {limitPattern}] = await Promise.all([
		import('../../inventory/patterns.ts'),
		import('../../inventory/limit.ts'),
	]);
	const names = matchHosts(inventory, pattern);
	if (limit === undefined) return names;
	const within = new Set(matchHosts(inventory, limitPattern(limit)));
	const left = names.filter(name => within.has(name));
	if (left.length > 0) return left;
	throw new InputError([{message: `--limit '${limit}' leaves no host of '${pattern}'`}]);
}

async function knownGroup({groups}: Inventory, name: string | true): Promise<string> {
	if (name === true) return 'all';
	if (groups.has(name)) return name;
	const {nearest} = await import('../../spelling/nearest.ts');
	const hint = nearest(name, groups.keys());
	throw new InputError([{message: `no group '${name}' in the inventory`, ...(hint === undefined ? {} : {hint})}]);
}
