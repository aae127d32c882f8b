import {join} from 'node:path';
import test from 'ava';
import {playRound} from '../storm/round.ts';
import {roundText} from '../storm/text.ts';
import {LabRig} from './rig.ts';

const rig = LabRig.for(test, 'vgale', '10.89.0', 3);

for (const seed of [1, 2]) {
	test.serial(`an evacuation in a storm harms nothing and leaves nothing unsaid (seed ${seed})`, async t => {
		const folder = join(rig.folder, String(seed));
		const end = await playRound(rig.lab, {
			seed,
			guests: [8, 8],
			blows: 4,
			longestMs: 5000,
			controllers: false,
			wild: false,
			folder,
		});
		t.log(roundText(end));
		t.deepEqual(end.violations, []);
	});
}
