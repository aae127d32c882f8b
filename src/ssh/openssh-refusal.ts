import {UnreachableError} from '../errors.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Endpoint} from './endpoint.ts';
import {longestHandshakeMs, runSsh} from './openssh-run.ts';

/** Asks ssh once more, in more words: only then does it tell a key that it does not know. */
export async function hostKeyRefused(
	{host, destination, options}: Endpoint,
	args: readonly string[],
): Promise<UnreachableError> {
	const {stderr} = await runSsh(['-v', ...args], '', longestHandshakeMs);
	// At the start of a line: a server may say the same of itself in its version.
	const [, type = 'of a kind', print = 'that it does not tell'] =
		/^debug1: Server host key: (\S+) (\S+)/m.exec(stderr) ?? [];
	const shown = `${print} (${type})`;
	if (/IDENTIFICATION HAS CHANGED|^(?!debug).*\brevoked\b/im.test(stderr)) {
		return new UnreachableError(
			host,
			`it shows another host key than the one that ssh knows, or a revoked one: ${shown}. Somebody may be in between`,
			`only if the host was really set up anew: ${quoteArgv(['ssh', '-v', ...options, destination])} says which line to remove`,
		);
	}
	const accept = quoteArgv(['ssh', '-o', 'StrictHostKeyChecking=ask', ...options, destination]);
	return new UnreachableError(
		host,
		`its host key is not known: ${shown}`,
		`compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub), then: ${accept}`,
	);
}

/** Why ssh could not connect, in its last words. */
export function notConnected({host, destination, options}: Endpoint, stderr: string): UnreachableError {
	const reason = stderr.trim().split('\n').at(-1) || 'ssh could not connect';
	return new UnreachableError(host, reason, `try it by hand: ${quoteArgv(['ssh', '-v', ...options, destination])}`);
}
