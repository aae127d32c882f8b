import test from 'ava';
import {allCells, pairsOf, pairwise, titleOf} from '../matrix/cells.ts';
import {lanesOf, playCell} from '../matrix/play.ts';
import {LabRig} from './rig.ts';

/** `npm run matrix` plays all; these few have each two properties together that can be together. */
const chosen = pairwise();

test('the selection has every pair of properties that the matrix has', t => {
	const pairs = (cells: ReturnType<typeof allCells>) => [...new Set(cells.flatMap(pairsOf))].sort();
	t.deepEqual(pairs(chosen), pairs(allCells()));
	t.true(chosen.length < 25, `${chosen.length} cells`);
});

const rig = LabRig.for(test, 'vmtrx', '10.105.0', 4);

test.serial(
	'guests of every kind move in every way: counters, disks and definitions are as they should be',
	async t => {
		const queue = [...chosen.entries()];
		await Promise.all(
			lanesOf(rig.lab, rig.folder).map(async lane => {
				for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
					const [number, cell] = next;
					t.deepEqual(await playCell(lane, `cell${number + 1}`, cell), [], titleOf(cell));
				}
			}),
		);
	},
);
