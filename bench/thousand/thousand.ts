import {mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {replayJournal} from '../../src/engine/recovery/replay.ts';
import {openJournal} from '../../src/store/journal.ts';
import {readJournal} from '../../src/store/read-journal.ts';
import {run} from '../../test/fakes/runner.ts';
import {Crowd, unsteady} from '../../test/fakes/unsteady.ts';

/**
 * Empties a host of many guests, 1000 if no number is given, on hosts in memory, with one failure in a hundred commands and
 * a journal on disk: prints how long that takes, how the memory grows, and how long the journal is read.
 */
export async function main([count = '1000']: readonly string[]): Promise<void> {
	const guests = Number(count);
	const folder = await mkdtemp(join(tmpdir(), 'vacate-bench-'));
	try {
		const journal = await openJournal(folder, Date.now);
		const heap: number[] = [];
		let moved = 0;
		const begun = performance.now();
		const {recap} = await run(
			'- hosts: kvm1\n  tasks: [{evacuate: {to: "kvm2,kvm3", limits: {per_source: 40, per_destination: 40, total: 40}}, retries: 3}]\n',
			{
				shell: unsteady(new Crowd(guests), 1, 7),
				input: {
					journal,
					emit(event) {
						if (event.type !== 'action-ended') return;
						moved += 1;
						if (moved % Math.ceil(guests / 5) === 0) heap.push(heapMib());
					},
				},
			},
		);
		const seconds = (performance.now() - begun) / 1000;
		await journal.close();
		const {size} = await stat(join(folder, 'journal.jsonl'));
		const before = performance.now();
		const {lines} = await readJournal(folder);
		const {actions} = replayJournal(lines);
		const replayMs = performance.now() - before;
		process.stdout.write(
			[
				`${guests} guests, exit code ${recap.exitCode}, ${recap.guests.length} accounted for, ${seconds.toFixed(1)} s`,
				`heap after each fifth: ${heap.map(mib => `${mib} MiB`).join(', ')}`,
				`journal: ${lines.length} records of ${actions.length} actions, ${(size / 1024 ** 2).toFixed(1)} MiB, read in ${replayMs.toFixed(0)} ms`,
				'',
			].join('\n'),
		);
	} finally {
		await rm(folder, {recursive: true});
	}
}

function heapMib(): number {
	globalThis.gc?.();
	return Math.round(process.memoryUsage().heapUsed / 1024 ** 2);
}
