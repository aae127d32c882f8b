import {UnreachableError} from '../errors.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Endpoint} from './endpoint.ts';
import {longestHandshakeMs, runSsh} from './openssh-run.ts';

/** Runs ssh again with -v: only then does it print an unknown key. */
export async function hostKeyRefused(
	{host, destination, options}: Endpoint,
	args: readonly string[],
): Promise<UnreachableError> {
	const {stderr} = await runSsh(['-v', ...args], '', longestHandshakeMs);
	// Anchored at the start of a line: a server could include the text in its version string.
	const [, type = 'unknown type', print = 'unknown fingerprint'] =
		/^debug1: Server host key: (\S+) (\S+)/m.exec(stderr) ?? [];
	const shown = `${print} (${type})`;
	if (/IDENTIFICATION HAS CHANGED|^(?!debug).*\brevoked\b/im.test(stderr)) {
		return new UnreachableError(
			host,
			`the host key differs from the known one or is revoked: ${shown}. This may be a man-in-the-middle attack`,
			`only if the host was reinstalled: run ${quoteArgv(['ssh', '-v', ...options, destination])} to see which known_hosts line to remove`,
		);
	}
	const accept = quoteArgv(['ssh', '-o', 'StrictHostKeyChecking=ask', ...options, destination]);
	return new UnreachableError(
		host,
		`the host key is not known: ${shown}`,
		`compare the fingerprint with the output of ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub on the host, then run: ${accept}; or accept the keys of all new hosts at once: --accept-new-host-keys`,
	);
}

/** Why ssh could not connect: the last line of its output. */
export function notConnected({host, destination, options}: Endpoint, stderr: string): UnreachableError {
	const reason = stderr.trim().split('\n').at(-1) || 'ssh could not connect';
	return new UnreachableError(host, reason, `for details, run: ${quoteArgv(['ssh', '-v', ...options, destination])}`);
}
