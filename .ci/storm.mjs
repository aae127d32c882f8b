// npm run storm: evacuations in storms of faults, on real hosts of this machine. Arguments go to test/storm/main.ts:
//   npm run storm                                     a short storm
//   npm run storm -- --long --rounds 100 --seed 1     a long one
//   npm run storm -- --seed 17 --rounds 1             one round again
import {spawnSync} from 'node:child_process';
import {say, setUp, whyNoLab} from './setup.mjs';

const reason = whyNoLab();
if (reason !== undefined) {
	say(`${reason}: no storm`);
	process.exit(3);
}
setUp();
process.exitCode = spawnSync(process.execPath, ['build/test/storm/main.js', ...process.argv.slice(2)], {
	stdio: 'inherit',
}).status;
