import {spawn} from 'node:child_process';

/** How long a server and its login shell may take to start a session. */
export const longestHandshakeMs = 60_000;
export type OpenSshResult = {readonly code: number; readonly stderr: string};

/** The maximum length of ssh's messages; the rest is discarded. */
const longestSaying = 64 * 1024;

/**
 * Runs ssh until it exits. It leaves behind a master process, which keeps the outputs open; these are not waited for.
 */
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
						resolve({code: 255, stderr: `no login shell within ${timeoutMs / 1000} s`});
					}, timeoutMs);
		child.once('exit', () => clearTimeout(timer));
		child.once('error', reject);
		child.once('exit', code => code === 0 && setImmediate(() => resolve({code, stderr})));
		child.once('close', code => resolve({code: code ?? 255, stderr}));
		child.stdin.on('error', () => {});
		child.stdin.end(stdin);
	});
}
