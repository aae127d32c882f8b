/** The location of a unit without a destination: its guests stay at home. */
export const atHome = -1;

/** The location of a unit that is not decided yet: at home, but no rule keeps other units away from it. */
export const undecided = -2;

/** An element of a list that has one for each index. */
export function value(list: Float64Array | Int32Array, index: number): number {
	return list[index] ?? Number.NaN;
}
