import {literal} from '../template/template.ts';
import type {Inventory} from './inventory.ts';

/** As in Ansible this machine is a host also when no inventory names it: `localhost`, in no group. */
export function withLocalhost(inventory: Inventory): Inventory {
	if (inventory.hosts.has('localhost')) return inventory;
	const vars = {ansible_connection: literal('local')};
	return {...inventory, hosts: new Map([...inventory.hosts, ['localhost', {name: 'localhost', vars, groups: []}]])};
}
