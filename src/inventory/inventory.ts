import type {Template} from '../template/template.ts';

/** Variables as people wrote them, evaluated when they are used. */
export type Vars = Readonly<Record<string, Template>>;

/** One host. */
export type Host = {
	readonly name: string;
	/** Its own variables and those of its groups; nearer groups win, the host itself before all. */
	readonly vars: Vars;
	/** All groups it is in, `all` left out, sorted. */
	readonly groups: readonly string[];
};

/** A group and all hosts in it or below it, in the order in which they are written. */
export type Group = {readonly name: string; readonly hosts: readonly string[]};

export type Inventory = {
	readonly files: readonly string[];
	readonly hosts: ReadonlyMap<string, Host>;
	readonly groups: ReadonlyMap<string, Group>;
};
