import type {Host, Variable, VariableLayer} from './inventory.ts';

/** One place that gives a variable its value, or would. */
export type Origin = {readonly layer: VariableLayer; readonly variable: Variable};

export type Provenance = {
	readonly host: string;
	/** By the name of the variable its places, the one that wins first. Sorted by name. */
	readonly variables: ReadonlyMap<string, readonly Origin[]>;
};

/** Where each variable of a host comes from. */
export function provenanceOf(host: Host): Provenance {
	const origins = new Map<string, Origin[]>();
	for (const layer of host.layers) {
		for (const [name, variable] of Object.entries(layer.vars)) {
			const known = origins.get(name) ?? [];
			origins.set(name, [{layer, variable}, ...known.filter(origin => origin.variable !== variable)]);
		}
	}
	return {host: host.name, variables: new Map([...origins].sort(([a], [b]) => (a < b ? -1 : 1)))};
}
