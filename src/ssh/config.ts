import {execFile} from 'node:child_process';
import {readdir, readFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {Semaphore} from './semaphore.ts';

const run = promisify(execFile);

/** The output of `ssh -G`: settings by lower-case name, each with all its values. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/**
 * Asks OpenSSH for the settings of a destination, so that `Host`, `Match`, `Include` and the order of files have
 * exactly ssh's meaning. If the files give the same result for every host, ssh is asked only once.
 */
export class ConfigReader {
	readonly #asked = new Map<string, Promise<Settings>>();
	readonly #common = new Map<string, Promise<boolean>>();
	readonly #processes = new Semaphore(processesAtOnce);

	/** @throws Error with ssh's message, for settings that it cannot parse. */
	async read(destination: string, options: readonly string[]): Promise<Settings> {
		const key = JSON.stringify(options);
		const common = this.#common.get(key) ?? sameForAll(options);
		this.#common.set(key, common);
		// ssh must parse a destination that includes a user or a port.
		if (!(await common) || /[@/]/.test(destination)) {
			return this.#processes.pass(() => ask(destination, options));
		}
		const asked = this.#asked.get(key) ?? ask(placeholder, options);
		this.#asked.set(key, asked);
		const settings = await asked;
		return settings.get('hostname')?.[0] === placeholder
			? new Map([...settings, ['hostname', [destination]]])
			: settings;
	}
}

/** Spawning a process blocks this one for some milliseconds. */
const processesAtOnce = 4;

const placeholder = 'any.host.invalid';

async function ask(destination: string, options: readonly string[]): Promise<Settings> {
	const {stdout} = await run('ssh', ['-G', ...options, '--', destination]).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') throw new Error('the OpenSSH client is not installed: no ssh in PATH');
		throw new Error((error as {stderr?: string}).stderr?.trim().split('\n')[0] || error.message);
	});
	const settings = new Map<string, string[]>();
	for (const line of stdout.split('\n')) {
		const space = line.indexOf(' ');
		if (space < 0) continue;
		const name = line.slice(0, space);
		settings.set(name, [...(settings.get(name) ?? []), line.slice(space + 1)]);
	}
	return settings;
}

/** Whether no file and no option depends on the destination. In case of doubt, false. */
async function sameForAll(options: readonly string[]): Promise<boolean> {
	if (options.some(option => option.includes('%') || /^canonicalizehostname/i.test(option))) return false;
	const own = options.lastIndexOf('-F');
	const files =
		own < 0 ? [join(userInfo().homedir, '.ssh/config'), ...(await systemFiles())] : [options[own + 1] ?? ''];
	const texts = await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => '')));
	return texts.every(text => text.split('\n').every(line => isPlain(line, own < 0)));
}

async function systemFiles(): Promise<readonly string[]> {
	const folder = '/etc/ssh/ssh_config.d';
	const names = await readdir(folder).catch(() => []);
	return ['/etc/ssh/ssh_config', ...names.map(name => join(folder, name))];
}

function isPlain(line: string, system: boolean): boolean {
	const setting = line.trim().replace(/^(\w+)\s*=\s*/, '$1 ');
	if (setting === '' || setting.startsWith('#')) return true;
	if (/^host\s+"?\*"?$/i.test(setting)) return true;
	if (system && /^include\s+\/etc\/ssh\/ssh_config\.d\/\*\.conf$/i.test(setting)) return true;
	// A keyword may be quoted.
	if (!/^\w/.test(setting)) return false;
	return !/^(host|match|include|canonicalizehostname)\b/i.test(setting) && !setting.includes('%');
}
