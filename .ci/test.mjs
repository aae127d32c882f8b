// npm test: sets up, lints and runs all tests. The last line of output is "N passed, N failed".
import {spawn, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {say, setUp, whyNoLab, whyNoOracle} from './setup.mjs';

setUp();
const counts = {passed: 0, failed: 0};

say('lint');
const lint = spawnSync('node_modules/.bin/biome', ['check', '.'], {stdio: 'inherit'});
counts[lint.status === 0 ? 'passed' : 'failed'] += 1;

const reason = whyNoLab();
if (reason === undefined) {
	const {installPackages} = await import('../build/src/lab/packages.js');
	say('installing the packages for the lab');
	await installPackages();
	installForTests();
} else {
	say(`${reason}: tests on real hosts are skipped`);
}
const noOracle = whyNoOracle();
if (noOracle !== undefined) say(`${noOracle}: comparisons with Ansible are skipped`);
await ava([
	...(reason === undefined ? [] : ['!build/test/lab/**', '!build/test/ssh/**']),
	...(noOracle === undefined ? [] : ['!build/test/conformance/**']),
]);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** Installs login shells and sudo for the tests of SSH, and a browser for the HTML page of a plan. */
function installForTests() {
	const missing = ['fish', 'sudo', 'chromium'].filter(name => !existsSync(`/usr/bin/${name}`));
	if (missing.length === 0) return;
	const apt = ['install', '-q', '-y', '--no-install-recommends', ...missing];
	spawnSync('apt-get', apt, {stdio: ['ignore', 2, 2], env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'}});
}

/** Runs and counts the tests, and prints those that fail. */
async function ava(without) {
	say('tests');
	const files = ['build/test/**/*.test.js', ...without];
	const run = spawn('node_modules/.bin/ava', ['--tap', '--concurrency=2', ...files], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let failing = false;
	for await (const line of createInterface({input: run.stdout})) {
		if (/^ok /.test(line)) counts.passed += 1;
		if (/^not ok /.test(line)) counts.failed += 1;
		if (/^(not )?ok |^1\.\.|^TAP|^# /.test(line)) failing = line.startsWith('not ok');
		if (failing || process.env.CI !== 'true') process.stdout.write(`${line}\n`);
	}
	const code = await new Promise(resolve => (run.exitCode === null ? run.on('close', resolve) : resolve(run.exitCode)));
	if (code !== 0 && counts.failed === 0) counts.failed += 1;
}
