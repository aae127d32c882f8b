// npm run conformance: asks Debian's ansible-core and vacate the same, and compares.
//   CONFORMANCE_RUNS=1000 npm run conformance    with so many generated inputs of each kind
import {spawnSync} from 'node:child_process';
import {say, setUp, whyNoOracle} from './setup.mjs';

setUp();
const reason = whyNoOracle();
if (reason !== undefined) {
	say(reason);
	process.exit(3);
}
say('conformance');
const tests = ['build/test/conformance/**/*.test.js'];
const env = {...process.env, CONFORMANCE_WRITE: 'true'};
process.exitCode =
	spawnSync('node_modules/.bin/ava', ['--concurrency=2', ...tests], {stdio: 'inherit', env}).status ?? 1;
