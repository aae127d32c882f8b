/** Where a unit is that has no destination: its guests are at home. */
export const atHome = -1;

/** Where a unit is that is not decided yet: as at home, but no rule keeps others from where it is. */
export const undecided = -2;

/** A figure of a list that has one for every index. */
export function value(list: Float64Array | Int32Array, index: number): number {
	return list[index] ?? Number.NaN;
}
