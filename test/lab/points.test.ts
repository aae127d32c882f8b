import {join} from 'node:path';
import test from 'ava';
import {playPoint} from '../points/play.ts';
import {pointOf} from '../points/points.ts';
import {LabRig} from './rig.ts';

const rig = LabRig.for(test, 'vpoint', '10.116.0', 3);

/** A selection: `npm run storm -- --points` plays all of them. */
for (const name of [
	'moves: after journal started',
	'moves: amid shell qemu-img create',
	'moves: after shell claim',
	'moves: amid shell virsh migrate',
	'moves: after shell virsh autostart',
	'moves: before journal succeeded',
	'moves: before shell rm',
	'fails: before journal undone',
]) {
	test.serial(`a controller that dies at ${name} is resumed, and all ends right`, async t => {
		const {codes, violations} = await playPoint(rig.lab, pointOf(name), join(rig.folder, name.replaceAll(/\W+/g, '-')));
		t.deepEqual(violations, [], `exit codes ${codes}`);
	});
}
