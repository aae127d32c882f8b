import {type Command, write} from '../../shell/command.ts';

/**
 * Kills an orphaned virsh process that moves a guest from this host: the controller that started it has
 * died, and it hangs on a connection. Exit code 1 if there is none.
 */
export function endVirsh(host: string, uuid: string): Command {
	return write(host, ['pkill', '-KILL', '-f', '--', `^virsh .* migrate .*--domain ${uuid} --desturi `]);
}
