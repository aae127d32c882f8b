import {execFile} from 'node:child_process';
import {resolve} from 'node:path';
import {promisify} from 'node:util';
import {InputError} from '../errors.ts';

/** The output for an inventory of 10,000 hosts is about 10 MB. */
const maxBuffer = 256 * 1024 * 1024;

/**
 * Runs an inventory script on this machine and returns its output.
 *
 * @throws InputError if it cannot be run or fails.
 */
export async function runScript(file: string, args: readonly string[]): Promise<string> {
	try {
		const {stdout} = await promisify(execFile)(resolve(file), args, {maxBuffer});
		return stdout;
	} catch (error) {
		const {code, signal, stderr} = error as {code?: number | string; signal?: string; stderr?: string};
		const line = stderr?.trim().split('\n').at(-1) ?? '';
		const reason = reasons.get(code) ?? (typeof signal === 'string' ? `killed by ${signal}` : `exit code ${code}`);
		const message = `${[file, ...args].join(' ')}: ${reason}${line === '' ? '' : `: ${line}`}`;
		throw new InputError([{message, ...(code === 'EACCES' ? {hint: `chmod +x ${file}`} : {})}]);
	}
}

const reasons: ReadonlyMap<unknown, string> = new Map([
	['EACCES', 'the script is not executable'],
	['ENOENT', 'the program in its #! line was not found'],
	['ENOEXEC', 'neither an executable program nor a script with a #! line'],
	['ERR_CHILD_PROCESS_STDIO_MAXBUFFER', 'the output is too large for an inventory'],
]);
