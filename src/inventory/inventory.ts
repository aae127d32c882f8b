import type {Position} from '../errors.ts';
import type {LookupSources} from '../template/lookup-source.ts';
import type {Template} from '../template/template.ts';

/** Variables as people wrote them, evaluated when they are used. */
export type Vars = Readonly<Record<string, Template>>;

/** A variable of an inventory: it knows how it was written, and where. */
export type Variable = Template & {
	/** The data as it stands in the file. What is secret becomes `***` in JSON. */
	readonly written: unknown;
	readonly position: Position;
};

export type Variables = Readonly<Record<string, Variable>>;

/** Variables that one group or host gets in one place. */
export type VariableLayer = {
	readonly of: 'group' | 'host';
	/** Of the group or host. */
	readonly name: string;
	/** In the inventory itself, or in `group_vars/` and `host_vars/` beside it or beside the playbook. */
	readonly place: 'inventory' | 'beside inventory' | 'beside playbook';
	readonly vars: Variables;
};

/** One host. */
export type Host = {
	readonly name: string;
	/** What its layers come to, and where its inventory is. */
	readonly vars: Vars;
	/** The weakest first: what a later one says wins. */
	readonly layers: readonly VariableLayer[];
	/** All groups it is in, `all` left out, sorted. */
	readonly groups: readonly string[];
	/** This machine, which can be named without being in the inventory. No group and no glob has it. */
	readonly implicit: boolean;
};

export type Group = {
	readonly name: string;
	/** All hosts in it or below it: its own, then those of the groups below, level by level, as they are written. */
	readonly hosts: readonly string[];
	/** The hosts that are written in it itself. */
	readonly own: readonly string[];
	readonly children: readonly string[];
};

export type Inventory = {
	readonly files: readonly string[];
	readonly hosts: ReadonlyMap<string, Host>;
	readonly groups: ReadonlyMap<string, Group>;
	/** What lies in `group_vars/` and `host_vars/` for groups and hosts that there are not. */
	readonly unusedFiles: readonly string[];
	/** What lookups in its variables and in the playbook read. Where there is none, they are not known. */
	readonly outside?: LookupSources;
	/** The same inventory for plays of other folders, with the variables that lie beside their playbooks. */
	readonly adjacentVars?: ReadonlyMap<string, Inventory>;
};
