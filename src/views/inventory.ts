import type {Group, Host, Inventory} from '../inventory/inventory.ts';
import type {Provenance, VariableOrigin} from '../inventory/provenance.ts';
import {yamlText} from '../yaml/write.ts';
import {visible} from './columns.ts';

type Data = Readonly<Record<string, unknown>>;

/** Every host of a group and of its descendants. */
function hostsOf({hosts}: Inventory, group: Group | undefined): readonly Host[] {
	return (group?.hosts ?? []).flatMap(name => hosts.get(name) ?? []);
}

/** The variables of a host as they are written, sorted by name; secrets as `***`. */
export function writtenVars({layers}: Host): Data {
	const vars = Object.assign({}, ...layers.map(layer => layer.vars)) as Host['layers'][number]['vars'];
	return sorted(Object.entries(vars).map(([name, variable]) => [name, variable.written]));
}

/** As an inventory script prints it for `--list`, and as `ansible-inventory --list` does. */
export function listData(inventory: Inventory): Data {
	const {groups} = inventory;
	const reached = new Map<string, Data>();
	const reach = (name: string): void => {
		const group = groups.get(name);
		if (group === undefined || reached.has(name)) return;
		const {own, children} = group;
		reached.set(name, {
			...(children.length === 0 ? {} : {children}),
			...(own.length === 0 || name === 'all' ? {} : {hosts: own}),
		});
		for (const child of children) reach(child);
	};
	reach('all');
	const hostvars = hostsOf(inventory, groups.get('all'))
		.map((host): [string, Data] => [host.name, writtenVars(host)])
		.filter(([, vars]) => Object.keys(vars).length > 0);
	const filled = [...reached].filter(([, group]) => Object.keys(group).length > 0);
	return sorted([...filled, ['_meta', {hostvars: sorted(hostvars)}]]);
}

/** As a YAML inventory: nested groups, with the variables of a host at its first occurrence. */
export function listYaml({groups, hosts}: Inventory): string {
	const seen = new Set<string>();
	const nested = (name: string): Data => {
		const {own, children} = groups.get(name) ?? {own: [], children: []};
		const below = Object.fromEntries(children.map(child => [child, nested(child)]));
		const here = name === 'all' ? [] : own.map(host => [host, seen.has(host) ? {} : varsOnce(host)] as const);
		return {
			...(children.length === 0 ? {} : {children: below}),
			...(here.length === 0 ? {} : {hosts: Object.fromEntries(here)}),
		};
	};
	const varsOnce = (name: string): Data => {
		seen.add(name);
		const host = hosts.get(name);
		return host === undefined ? {} : writtenVars(host);
	};
	return yamlOf({all: nested('all')});
}

/** Data as YAML, secrets as `***`. */
export function yamlOf(data: unknown): string {
	return yamlText(JSON.parse(JSON.stringify(data)));
}

export function jsonOf(data: unknown): string {
	return `${JSON.stringify(data, undefined, '\t')}\n`;
}

/** The groups and hosts below a group as a tree, as `ansible-inventory --graph` draws it. */
export function graphText({groups}: Inventory, start: string): string {
	const lines: string[] = [];
	const draw = (text: string, depth: number) => lines.push(`${'  |'.repeat(depth)}${depth > 0 ? '--' : ''}${text}`);
	const drawGroup = (name: string, depth: number): void => {
		const {own, children} = groups.get(name) ?? {own: [], children: []};
		draw(`@${visible(name)}:`, depth);
		for (const child of children) drawGroup(child, depth + 1);
		if (name !== 'all') for (const host of own) draw(visible(host), depth + 1);
	};
	drawGroup(start, 0);
	return `${lines.join('\n')}\n`;
}

/** One name on each line. */
export function hostsText(names: readonly string[]): string {
	return names.map(name => `${visible(name)}\n`).join('');
}

/** The origins of each variable of each host: first the one in effect, then those that it overrides. */
export function provenanceText(hosts: readonly Provenance[], unusedFiles: readonly string[]): string {
	const blocks = hosts.map(({host, variables}) => {
		const lines = [...variables].flatMap(([name, [winner, ...others]]) =>
			winner === undefined
				? []
				: [
						`  ${visible(name)}: ${valueText(winner)}`,
						`      from ${placeText(winner)}`,
						...others.map(other => `      overrides ${placeText(other)}: ${valueText(other)}`),
					],
		);
		return [visible(host), ...(lines.length === 0 ? ['  no variables'] : lines)].join('\n');
	});
	const unused = unusedFiles.map(file => `unused, no group or host has this name: ${visible(file)}`);
	return `${[...blocks, ...(unused.length === 0 ? [] : [unused.join('\n')])].join('\n\n')}\n`;
}

export function provenanceData(hosts: readonly Provenance[]): Data {
	const origin = ({layer: {of, name, place}, variable}: VariableOrigin) => {
		const {file, line, column} = variable.position;
		return {value: variable.written, [of]: name, place, file, line, column};
	};
	return Object.fromEntries(
		hosts.map(({host, variables}) => [
			host,
			Object.fromEntries([...variables].map(([name, origins]) => [name, origins.map(origin)])),
		]),
	);
}

function placeText({layer: {of, name, place}, variable: {position}}: VariableOrigin): string {
	const where = place === 'inventory' ? '' : `, ${place.replace('beside', 'next to')}`;
	const {file, line, column} = position;
	return visible(`${file}:${line}:${column} (${of} ${name}${where})`);
}

function valueText({variable}: VariableOrigin): string {
	return visible(JSON.stringify(variable.written) ?? 'null');
}

function sorted(entries: readonly (readonly [string, unknown])[]): Data {
	return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
