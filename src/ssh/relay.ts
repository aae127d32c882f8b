import type {Duplex} from 'node:stream';
import {UnreachableError} from '../errors.ts';
import {write} from '../shell/command.ts';
import {demand} from '../shell/demand.ts';
import {type Relay, relayFolder} from '../shell/relay.ts';
import type {Shell} from '../shell/shell.ts';
import type {HostLink} from './link.ts';

/**
 * Creates the folder, owned by the user for whom sshd creates the socket, and removes stale sockets: those that
 * /proc/net/unix does not list.
 */
const prepare = `
install -d -m 0700 -o "\${SUDO_UID:-$(id -u)}" "$1" || exit
for socket in "$1"/*.sock; do
	[ -S "$socket" ] || continue
	grep -q -- " $socket\\$" /proc/net/unix || rm -f -- "$socket"
done
[ ! -e "$2" ] || { echo "$2 is in use" >&2; exit 1; }
`;

/** Relays Unix sockets of hosts to sockets of other hosts, through this machine. */
export function relayOver(shell: Shell, linkTo: (host: string) => Promise<HostLink>): Relay {
	return {
		async open({onHost, path, toHost, toPath}) {
			await demand(shell, write(onHost, ['sh', '-c', prepare, 'sh', relayFolder, path]));
			const [near, far] = await Promise.all([linkTo(onHost), linkTo(toHost)]);
			const open = new Set<Duplex>();
			const keep = (stream: Duplex) => {
				open.add(stream);
				stream.once('close', () => open.delete(stream));
			};
			const stop = await near
				.listen(path, stream => {
					keep(stream);
					join(stream, far.dial(toPath), keep);
				})
				.catch((error: Error) => {
					throw new UnreachableError(
						onHost,
						`the host does not forward ${path}: ${error.message}`,
						'set AllowStreamLocalForwarding yes in its sshd_config',
					);
				});
			return {
				async close() {
					for (const stream of open) stream.destroy();
					await stop();
					// sshd does not remove the socket.
					await demand(shell, write(onHost, ['rm', '-f', '--', path]));
				},
			};
		},
	};
}

/** Copies data in both directions until either side ends. */
function join(near: Duplex, dialled: Promise<Duplex>, keep: (stream: Duplex) => void): void {
	near.on('error', () => {});
	dialled.then(
		far => {
			keep(far);
			far.on('error', () => near.destroy());
			near.once('close', () => far.destroy());
			far.once('close', () => near.destroy());
			near.pipe(far).pipe(near);
		},
		() => near.destroy(),
	);
}
