// npm run conformance: runs the same inventories and playbooks with Debian's ansible-core and vacate, and compares.
//   npm run conformance -- NAME…                  only these playbooks
//   CONFORMANCE_RUNS=1000 npm run conformance     with 1000 generated inventories of each kind
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
const run = (program, args) => spawnSync(program, args, {stdio: 'inherit', env}).status ?? 1;
const names = process.argv.slice(2);
const inventories = names.length > 0 ? 0 : run('node_modules/.bin/ava', ['--concurrency=2', ...tests]);
const playbooks = run(process.execPath, ['build/test/conformance/main.js', ...names]);
process.exitCode = Math.max(inventories, playbooks);
