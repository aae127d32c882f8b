import type {Host, Variable, VariableLayer} from './inventory.ts';

/** One definition of a variable, whether it takes effect or is overridden. */
export type VariableOrigin = {readonly layer: VariableLayer; readonly variable: Variable};

export type Provenance = {
	readonly host: string;
	/** The definitions of each variable, in descending precedence. Sorted by variable name. */
	readonly variables: ReadonlyMap<string, readonly VariableOrigin[]>;
};

/** Where each variable of a host comes from. */
export function provenanceOf(host: Host): Provenance {
	const origins = new Map<string, VariableOrigin[]>();
	for (const layer of host.layers) {
		for (const [name, variable] of Object.entries(layer.vars)) {
			const known = origins.get(name) ?? [];
			origins.set(name, [{layer, variable}, ...known.filter(origin => origin.variable !== variable)]);
		}
	}
	return {host: host.name, variables: new Map([...origins].sort(([a], [b]) => (a < b ? -1 : 1)))};
}
