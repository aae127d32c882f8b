/** Every way in which a guest may be, and be moved: each list is one question, and each cell answers all. */
export const questions = {
	mode: ['p2p', 'managed', 'relay'],
	state: ['running', 'paused', 'shut off'],
	kind: ['persistent', 'transient'],
	disks: ['none', 'qcow2', 'raw and qcow2', 'chain, all', 'chain, top', 'cdrom'],
	source: ['undefined', 'kept'],
} as const;

type Questions = typeof questions;
type Question = keyof Questions;

/** One move of the matrix. */
export type Cell = {readonly [Name in Question]: Questions[Name][number]};

const names = Object.keys(questions) as readonly Question[];

/** All cells that can be. */
export function allCells(): readonly Cell[] {
	const cells = names.reduce<readonly Partial<Cell>[]>(
		(partial, name) => partial.flatMap(cell => questions[name].map(answer => ({...cell, [name]: answer}))),
		[{}],
	);
	return (cells as readonly Cell[]).filter(isPossible);
}

/** What is transient is gone when it is shut off, and has no definition to keep. */
function isPossible({state, kind, source}: Cell): boolean {
	return kind === 'persistent' || (state !== 'shut off' && source === 'undefined');
}

/** So few cells that each two answers that can meet in a cell do meet in one: the best of all cells, one after the other. */
export function pairwise(cells: readonly Cell[] = allCells()): readonly Cell[] {
	const open = new Set(cells.flatMap(pairsOf));
	const chosen: Cell[] = [];
	while (open.size > 0) {
		const fresh = (cell: Cell) => pairsOf(cell).filter(pair => open.has(pair)).length;
		const best = cells.reduce((one, other) => (fresh(other) > fresh(one) ? other : one));
		chosen.push(best);
		for (const pair of pairsOf(best)) open.delete(pair);
	}
	return chosen;
}

export function pairsOf(cell: Cell): readonly string[] {
	return names.flatMap((one, index) =>
		names.slice(index + 1).map(other => `${one} ${cell[one]}, ${other} ${cell[other]}`),
	);
}

export function titleOf({mode, state, kind, disks, source}: Cell): string {
	return `${mode}, ${state}, ${kind}, disks: ${disks}, definition at the source: ${source}`;
}
