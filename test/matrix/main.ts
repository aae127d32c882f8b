import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {down} from '../../src/lab/down.ts';
import {up} from '../../src/lab/up.ts';
import {allCells, type Cell, pairwise, titleOf} from './cells.ts';
import {lanesOf, playCell} from './play.ts';

/** `npm run matrix`: every way in which a guest may be, and be moved, on real hosts of this machine. */
const {values} = parseArgs({
	options: {
		/** So few that each two answers meet once. */
		pairwise: {type: 'boolean', default: false},
		/** Only cells in whose titles this text is. */
		only: {type: 'string', default: ''},
	},
});
const cells = (values.pairwise ? pairwise() : allCells()).filter(cell => titleOf(cell).includes(values.only));
const plan = {name: 'vmtx', dir: '/var/tmp/vacate-matrix', subnet: '10.106.0', hosts: 4};
const folder = await mkdtemp(join(tmpdir(), 'vacate-matrix-'));
const wrong = new Map<Cell, readonly string[]>();
try {
	const lanes = lanesOf(await up(plan, {install: true}), folder);
	const queue = [...cells.entries()];
	await Promise.all(
		lanes.map(async lane => {
			for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
				const [number, cell] = next;
				const found = await playCell(lane, `cell${number + 1}`, cell);
				wrong.set(cell, found);
				process.stdout.write(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${titleOf(cell)}\n`);
				for (const line of found) process.stdout.write(`       ${line}\n`);
			}
		}),
	);
} finally {
	await down(plan);
	await rm(folder, {recursive: true});
}
const failed = [...wrong.values()].filter(found => found.length > 0).length;
process.stdout.write(`\n${tableText()}\n${wrong.size - failed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || wrong.size < cells.length ? 1 : 0;

/** A line for each kind of disks, a column for each state, how many of how many passed. */
function tableText(): string {
	const rows = [...new Set(cells.map(({disks}) => disks))];
	const columns = [...new Set(cells.map(({state, mode}) => `${state}, ${mode}`))];
	const count = (disks: string, column: string) => {
		const there = cells.filter(cell => cell.disks === disks && `${cell.state}, ${cell.mode}` === column);
		return `${there.filter(cell => wrong.get(cell)?.length === 0).length} of ${there.length}`;
	};
	const lines = [['disks', ...columns], ...rows.map(row => [row, ...columns.map(column => count(row, column))])];
	return lines.map(line => line.map((text, index) => text.padEnd(index === 0 ? 14 : 19)).join('')).join('\n');
}
