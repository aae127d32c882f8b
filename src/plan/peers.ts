import type {Inventory} from '../inventory/inventory.ts';
import type {Peer} from '../steps/step.ts';
import {Scope} from '../template/scope.ts';
import {revealTexts} from '../template/secrets.ts';
import {asText} from '../template/value.ts';
import {parseRate} from '../units/units.ts';

/** How the other hosts reach each host for migrations, by its variables. */
export function peersOf(
	inventory: Inventory,
	given: Readonly<Record<string, unknown>>,
): (host: string) => Peer | undefined {
	return name => {
		const host = inventory.hosts.get(name);
		if (host === undefined) return undefined;
		const scope = Scope.within(inventory.outside, [
			{data: given},
			{written: host.vars},
			{data: {inventory_hostname: name}},
		]);
		const value = (variable: string) => {
			const found = scope.lookup(variable);
			return found === undefined ? undefined : asText(revealTexts(found.value));
		};
		const address = value('migration_host') ?? value('ansible_host') ?? value('ansible_ssh_host') ?? name;
		const user = value('migration_user') ?? 'root';
		const port = value('migration_ssh_port') ?? value('ansible_port') ?? value('ansible_ssh_port') ?? '22';
		const zone = value('zone');
		const speed = value('migration_speed');
		const listen = value('migration_listen');
		const disksPort = value('migration_disks_port');
		return {
			host: name,
			address,
			uri: `qemu+ssh://${encodeURIComponent(user)}@${bracketed(address)}${port === '22' ? '' : `:${port}`}/system?no_tty=1`,
			...(zone === undefined ? {} : {zone}),
			...(listen === undefined ? {} : {listen}),
			...(disksPort === undefined ? {} : {disksPort: Number(disksPort)}),
			...(speed === undefined ? {} : {bytesPerSecond: parseRate(speed)}),
		};
	};
}

/** IPv6 addresses are enclosed in brackets in a URI. */
function bracketed(address: string): string {
	return address.includes(':') ? `[${address}]` : address;
}
