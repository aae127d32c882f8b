import type {Problem} from '../errors.ts';
import type {Variable} from './inventory.ts';

/** Tells of a mistake at a place that is known already. */
export type Tell = (message: string, hint?: string) => Problem;

export type DraftGroup = {
	readonly name: string;
	readonly hosts: Set<string>;
	/** With what tells of a mistake where the child is named; nothing for what vacate itself adds. */
	readonly children: Map<string, Tell | undefined>;
	readonly vars: Record<string, Variable>;
	/** `ansible_group_priority`. */
	priority: number;
};

export type DraftHost = {
	readonly name: string;
	/** The source that named it first. */
	readonly file: string;
	readonly vars: Record<string, Variable>;
};

/**
 * An inventory while its sources are read, one after the other: what a later one says is added, or wins. The order in
 * which groups, hosts and children come is the order of the inventory.
 */
export class InventoryDraft {
	readonly groups = new Map<string, DraftGroup>();
	readonly hosts = new Map<string, DraftHost>();

	constructor() {
		this.child('all', 'ungrouped');
	}

	group(name: string): DraftGroup {
		const group = this.groups.get(name) ?? {name, hosts: new Set(), children: new Map(), vars: {}, priority: 1};
		this.groups.set(name, group);
		return group;
	}

	child(parent: string, child: string, tell?: Tell): void {
		const {children} = this.group(parent);
		if (!children.has(child)) children.set(child, tell);
		this.group(child);
	}

	/**
	 * @param first The variables that it gets only where it is named first, as Ansible does with a port.
	 */
	host(name: string, group: string, file: string, first: Readonly<Record<string, Variable>>): DraftHost {
		const host = this.hosts.get(name) ?? {name, file, vars: {...first}};
		this.hosts.set(name, host);
		this.group(group).hosts.add(name);
		return host;
	}
}
