import {InputError} from '../errors.ts';
import type {Inventory} from '../inventory/inventory.ts';
import type {Peer} from '../steps/step.ts';
import {revealTexts} from '../template/secrets.ts';
import {asText} from '../template/value.ts';
import {parseRate} from '../units/units.ts';
import {constantNames, hostScope, nothingLearned, type VariableSources} from './variables.ts';

/** How the other hosts reach each host for migrations, by its variables. */
export function peersOf(
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): (host: string) => Peer | undefined {
	const setting: VariableSources = {
		inventory,
		given,
		play: {vars: {}},
		filesOf: () => ({}),
		learnedOf: () => nothingLearned,
		magic: [constantNames],
	};
	return name => {
		const host = inventory.hosts.get(name);
		if (host === undefined) return undefined;
		const scope = hostScope(setting, name);
		const value = (variable: string) => {
			const found = scope.lookup(variable);
			return found === undefined ? undefined : asText(revealTexts(found.value));
		};
		// Every host has `ansible_host`, by default its name.
		const isNamed = Object.hasOwn(given, 'ansible_host') || Object.hasOwn(host.vars, 'ansible_host');
		const login = (isNamed ? undefined : value('ansible_ssh_host')) ?? value('ansible_host') ?? name;
		const address = value('migration_host') ?? login;
		const user = value('migration_user') ?? 'root';
		const port = value('migration_ssh_port') ?? value('ansible_port') ?? value('ansible_ssh_port') ?? '22';
		const zone = value('zone');
		const speed = value('migration_speed');
		const listen = value('migration_listen');
		const disksPort = value('migration_disks_port');
		const graphicsListen = value('graphics_listen');
		const networkMap = namesIn(name, scope.lookup('network_map')?.value);
		return {
			host: name,
			address,
			uri: `qemu+ssh://${encodeURIComponent(user)}@${bracketed(address)}${port === '22' ? '' : `:${port}`}/system?no_tty=1`,
			...(zone === undefined ? {} : {zone}),
			...(listen === undefined ? {} : {listen}),
			...(disksPort === undefined ? {} : {disksPort: Number(disksPort)}),
			...(graphicsListen === undefined ? {} : {graphicsListen}),
			...(networkMap === undefined ? {} : {networkMap}),
			...(speed === undefined ? {} : {bytesPerSecond: parseRate(speed)}),
		};
	};
}

/** @throws InputError unless the value maps names to names. */
function namesIn(host: string, value: unknown): Peer['networkMap'] {
	if (value === undefined || value === null) return undefined;
	const revealed = revealTexts(value);
	if (typeof revealed !== 'object' || revealed === null || Array.isArray(revealed)) {
		const message = `the variable network_map of ${host} must be a mapping of names, for example {br0: br1}`;
		throw new InputError([{message, hint: 'map each network or bridge of the source to its name on this host'}]);
	}
	return Object.fromEntries(Object.entries(revealed).map(([from, to]) => [from, asText(to)]));
}

/** IPv6 addresses are enclosed in brackets in a URI. */
function bracketed(address: string): string {
	return address.includes(':') ? `[${address}]` : address;
}
