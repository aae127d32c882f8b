import type {Problem} from '../errors.ts';
import type {Variable} from './inventory.ts';

/** Creates a problem at a position known in advance. */
export type Tell = (message: string, hint?: string) => Problem;

export type DraftGroup = {
	readonly name: string;
	readonly hosts: Set<string>;
	/**
	 * The children, each with a function that reports a problem where it is named; undefined for those added
	 * implicitly.
	 */
	readonly children: Map<string, Tell | undefined>;
	readonly vars: Record<string, Variable>;
	/** `ansible_group_priority`. */
	priority: number;
};

export type DraftHost = {
	readonly name: string;
	/** The first source that names it. */
	readonly file: string;
	readonly vars: Record<string, Variable>;
};

/**
 * An inventory under construction. Sources are read in order; later ones add to or override earlier ones. Groups, hosts
 * and children keep the order in which they are first named.
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
	 * @param first The variables that apply only where the host is named for the first time, as Ansible does with a
	 * port.
	 */
	host(name: string, group: string, file: string, first: Readonly<Record<string, Variable>>): DraftHost {
		const host = this.hosts.get(name) ?? {name, file, vars: {...first}};
		this.hosts.set(name, host);
		this.group(group).hosts.add(name);
		return host;
	}
}
