// npm run storm: runs evacuations under random faults, on real hosts of this machine. Arguments go to test/storm/main.ts:
//   npm run storm                                     a short storm
//   npm run storm -- --long --rounds 100 --seed 1     a long one
//   npm run storm -- --seed 17 --rounds 1             repeat one round
import {spawnSync} from 'node:child_process';
import {say, setUp, whyNoLab} from './setup.mjs';

const reason = whyNoLab();
if (reason !== undefined) {
	say(`${reason}: the storm is skipped`);
	process.exit(3);
}
setUp();
process.exitCode = spawnSync(process.execPath, ['build/test/storm/main.js', ...process.argv.slice(2)], {
	stdio: 'inherit',
}).status;
