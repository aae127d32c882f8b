// npm run faults: runs every fault scenario of a move, including slow ones, on real hosts of this machine.
import {spawnSync} from 'node:child_process';
import {say, setUp, whyNoLab} from './setup.mjs';

const reason = whyNoLab();
if (reason !== undefined) {
	say(`${reason}: fault scenarios are skipped`);
	process.exit(3);
}
setUp();
process.exitCode = spawnSync('node_modules/.bin/ava', ['--timeout=20m', 'build/test/lab/moves-under-fault.test.js'], {
	stdio: 'inherit',
	env: {...process.env, VACATE_FAULTS: 'all'},
}).status;
