import type {Position} from '../errors.ts';
import type {LookupSources} from '../template/lookup-source.ts';
import type {Template} from '../template/template.ts';

/** Variables as written by users; they are evaluated on use. */
export type Vars = Readonly<Record<string, Template>>;

/** A variable of an inventory, with its source text and position. */
export type Variable = Template & {
	/** The data as in the file. Secrets are `***` in JSON. */
	readonly written: unknown;
	readonly position: Position;
};

export type Variables = Readonly<Record<string, Variable>>;

/** Variables that one group or host gets from one place. */
export type VariableLayer = {
	readonly of: 'group' | 'host';
	/** The name of the group or host. */
	readonly name: string;
	/** The inventory itself, or `group_vars/` and `host_vars/` next to it or next to the playbook. */
	readonly place: 'inventory' | 'beside inventory' | 'beside playbook';
	readonly vars: Variables;
};

/** A host of the inventory. */
export type Host = {
	readonly name: string;
	/** The merged variables of its layers, and the location of its inventory. */
	readonly vars: Vars;
	/** In ascending precedence: later layers override earlier ones. */
	readonly layers: readonly VariableLayer[];
	/** All groups that contain it, except `all`, sorted. */
	readonly groups: readonly string[];
	/** This machine, which can be named without being in the inventory. It is in no group and matches no glob. */
	readonly implicit: boolean;
};

export type Group = {
	readonly name: string;
	/** All hosts in it: its own first, then those of its descendants, level by level, in the order written. */
	readonly hosts: readonly string[];
	/** The hosts listed directly in it. */
	readonly own: readonly string[];
	readonly children: readonly string[];
};

export type Inventory = {
	readonly files: readonly string[];
	readonly hosts: ReadonlyMap<string, Host>;
	readonly groups: ReadonlyMap<string, Group>;
	/** Files in `group_vars/` and `host_vars/` for groups and hosts that do not exist. */
	readonly unusedFiles: readonly string[];
	/** The source of lookups in variables and in the playbook. Without it, their results are unknown. */
	readonly outside?: LookupSources;
	/** The inventory for plays of other folders, with the variables next to their playbooks. */
	readonly adjacentVars?: ReadonlyMap<string, Inventory>;
};
