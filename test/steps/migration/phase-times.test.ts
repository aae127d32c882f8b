import test from 'ava';
import {stepContext} from '../../../src/engine/context.ts';
import {timed} from '../../../src/steps/migration/convergence/phase-times.ts';
import type {Progress} from '../../../src/steps/step.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {worldOf} from '../../fakes/rig.ts';
import {FakeWorld} from '../../fakes/world.ts';

test('the time in each phase is that between its first word and the next phase; phases that come again add up', t => {
	let now = 1000;
	const told: Progress['phase'][] = [];
	const world = worldOf(new FakeShell(new FakeWorld('kvm1')));
	const plain = stepContext(world, new AbortController().signal, ({phase}) => told.push(phase));
	const {context, read} = timed({...plain, now: () => now});
	const words = [
		[0, 'prepare'],
		[40, 'disks'],
		[500, 'disks'],
		[1000, 'memory'],
		[1250, 'disks'],
		[1300, 'memory'],
	] as const;
	for (const [after, phase] of words) {
		now = 1000 + after;
		context.progress({phase});
	}
	now = 2400;
	t.deepEqual(read(), {prepare: 40, disks: 1010, memory: 350, verify: 0});
	now = 2500;
	t.deepEqual(read(), {prepare: 40, disks: 1010, memory: 450, verify: 0});
	t.deepEqual(
		told,
		words.map(([, phase]) => phase),
	);
});
