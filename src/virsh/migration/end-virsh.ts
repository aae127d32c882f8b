import {type Command, write} from '../../shell/command.ts';

/**
 * Ends the virsh that moves a guest from this host and that nobody waits for any more: the controller that began it has
 * died, and it hangs on a connection. Exit code 1 when there is none.
 */
export function endVirsh(host: string, uuid: string): Command {
	return write(host, ['pkill', '-KILL', '-f', '--', `^virsh .* migrate .*--domain ${uuid} --desturi `]);
}
