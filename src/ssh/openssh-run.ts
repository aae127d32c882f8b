import {spawn} from 'node:child_process';

/** A server, and its login shell, have so long to let us in. */
export const longestHandshakeMs = 60_000;
export type OpenSshResult = {readonly code: number; readonly stderr: string};

/** A server may say so much of a connection; what it says beyond is not kept. */
const longestSaying = 64 * 1024;

/** Runs ssh to its end; the master that it leaves behind holds its outputs, which are not waited for. */
export function runSsh(args: readonly string[], stdin = '', timeoutMs?: number): Promise<OpenSshResult> {
	return new Promise((resolve, reject) => {
		const child = spawn('ssh', args, {stdio: ['pipe', 'ignore', 'pipe']});
		let stderr = '';
		child.stderr.on('data', chunk => {
			if (stderr.length < longestSaying) stderr += chunk;
		});
		const timer =
			timeoutMs === undefined
				? undefined
				: setTimeout(() => {
						child.kill();
						resolve({code: 255, stderr: `no connection and no login shell within ${timeoutMs / 1000} s`});
					}, timeoutMs);
		child.once('exit', () => clearTimeout(timer));
		child.once('error', reject);
		child.once('exit', code => code === 0 && setImmediate(() => resolve({code, stderr})));
		child.once('close', code => resolve({code: code ?? 255, stderr}));
		child.stdin.on('error', () => {});
		child.stdin.end(stdin);
	});
}
