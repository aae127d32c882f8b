// npm run faults: every accident that can befall a move, also those that take long, on real hosts of this machine.
import {spawnSync} from 'node:child_process';
import {say, setUp, whyNoLab} from './setup.mjs';

const reason = whyNoLab();
if (reason !== undefined) {
	say(`${reason}: no faults`);
	process.exit(3);
}
setUp();
process.exitCode = spawnSync('node_modules/.bin/ava', ['--timeout=20m', 'build/test/lab/moves-under-fault.test.js'], {
	stdio: 'inherit',
	env: {...process.env, VACATE_FAULTS: 'all'},
}).status;
