// What every command of the project needs first: the packages of npm, and a build. Only Node's own modules here.
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';

const root = new URL('..', import.meta.url).pathname;

/** Installs what package-lock.json names, where that has not been done, and builds. */
export function setUp() {
	process.chdir(root);
	if (!existsSync('node_modules/.package-lock.json')) {
		say('installing the packages that package-lock.json names');
		execFileSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {stdio: ['ignore', 2, 2]});
	}
	say('building');
	execFileSync(process.execPath, ['.ci/build.mjs'], {stdio: 'inherit'});
}

/** Why no lab can be on this machine even if packages are installed; undefined when one can. */
export function whyNoLab() {
	if (process.platform !== 'linux') return 'the lab needs Linux';
	if (process.getuid() !== 0) return 'the lab needs root';
	if (!existsSync('/usr/bin/apt-get') && !existsSync('/usr/sbin/libvirtd'))
		return 'libvirt is not here and this is no Debian';
	return undefined;
}

/** Why nothing can be compared with Ansible; undefined when it is here. */
export function whyNoOracle() {
	const folders = (process.env.PATH ?? '').split(':');
	const isHere = folders.some(folder => existsSync(`${folder}/ansible-inventory`));
	return isHere ? undefined : 'ansible-core is not installed (apt-get install ansible-core)';
}

export function say(text) {
	process.stderr.write(`== ${text}\n`);
}
