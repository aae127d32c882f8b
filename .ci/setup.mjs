// Setup for every command of the project: npm packages and a build. Uses only modules of Node itself.
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

/** Installs the packages in package-lock.json, unless they are installed, and builds. */
export function setUp() {
	process.chdir(root);
	if (!existsSync('node_modules/.package-lock.json')) {
		say('installing the packages in package-lock.json');
		execFileSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {stdio: ['ignore', 2, 2]});
	}
	say('building');
	execFileSync(process.execPath, ['.ci/build.mjs'], {stdio: 'inherit'});
}

/** Why this machine cannot run a lab even with packages installed; undefined if it can. */
export function whyNoLab() {
	if (process.platform !== 'linux') return 'the lab requires Linux';
	if (process.getuid() !== 0) return 'the lab requires root';
	if (!existsSync('/usr/bin/apt-get') && !existsSync('/usr/sbin/libvirtd'))
		return 'libvirt is not installed, and this machine does not run Debian';
	return undefined;
}

/** Why nothing can be compared with Ansible; undefined if Ansible is installed. */
export function whyNoOracle() {
	const folders = (process.env.PATH ?? '').split(':');
	const isHere = folders.some(folder => existsSync(`${folder}/ansible-inventory`));
	return isHere ? undefined : 'ansible-core is not installed (apt-get install ansible-core)';
}

export function say(text) {
	process.stderr.write(`== ${text}\n`);
}
