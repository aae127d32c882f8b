import type {Command} from '../shell/command.ts';
import {settingsOf} from '../shell/environment.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Become} from './endpoint.ts';

/**
 * A small script around each command. It says, on both outputs, where the command's own output begins, as the login
 * shell's start-up files may have printed something before; and its process number, which is that of the command too
 * and of its process group, so that it can be ended: closing a channel does not.
 */
const begin = 'printf "%s\\n" "$0"; printf "%s %s %s\\n" "$0" "$$" "$SHELL" >&2; LC_ALL=C; export LC_ALL;';

/** The login shell of a host: one that reads sh's language needs no other sh, which takes a millisecond to start. */
export type LoginShell = 'sh' | 'unknown';

/** What the login shell reads, by its path. */
export function loginShellOf(shell: string): LoginShell {
	return /\/(sh|dash|bash|ksh|mksh)$/.test(shell) ? 'sh' : 'unknown';
}

/** How a command's end is told: by the protocol, or by ssh's exit code, in which 255 is ssh's own. */
export type ExitStatusSource = 'by protocol' | 'by exit code';

const scripts: Readonly<Record<ExitStatusSource, string>> = {
	'by protocol': `${begin} exec "$@"`,
	'by exit code': `${begin} "$@"; code=$?; [ $code -eq 255 ] || exit $code; printf "%s-code 255\\n" "$0" >&2; exit 254`,
};

/** Before sudo: the group's number, of which sudo and the command are members. */
const beginGroup = 'printf "%s-group %s\\n" "$0" "$$" >&2; exec "$@"';

/** One line for the login shell: as long as that is unknown, one that bash, dash and fish read alike. It shows all but stdin. */
export function wrap(
	command: Command,
	marker: string,
	telling: ExitStatusSource,
	dialect: LoginShell,
	become?: Become,
): string {
	const {argv} = command;
	const settings = settingsOf(command);
	const whole = settings.length === 0 ? argv : ['env', ...settings, ...argv];
	if (dialect === 'sh' && telling === 'by protocol' && become === undefined) {
		return `echo ${marker}; echo ${marker} $$ >&2; LC_ALL=C; export LC_ALL; exec ${quoteArgv(whole)}`;
	}
	const script = ['sh', '-c', scripts[telling], marker, ...whole];
	return `exec ${quoteArgv(become === undefined ? script : ['sh', '-c', beginGroup, marker, ...sudo(become, marker), ...script])}`;
}

/**
 * Ends the process group of a command: asks, and after a second insists. The command leads the group as a rule; with a
 * ForceCommand its shell does, and /proc says so (proc_pid_stat(5), the fifth field).
 */
export function killLine(pid: number, marker: string, become?: Become): string {
	const group = '-- "-$group"';
	const script = [
		`stat=$(cat /proc/${pid}/stat 2>/dev/null)`,
		`set -- \${stat##*)}`,
		`group=\${3:-${pid}}`,
		`kill -s TERM ${group} 2>/dev/null`,
		`for i in 1 2 3 4 5 6 7 8 9 10; do kill -s 0 ${group} 2>/dev/null || exit 0; sleep 0.1; done`,
		`kill -s KILL ${group} 2>/dev/null`,
		'exit 0',
	].join('; ');
	const argv = ['sh', '-c', script];
	return `exec ${quoteArgv(become === undefined ? argv : [...sudo(become, marker), ...argv])}`;
}

/** What sudo asks for a password with. */
export function promptOf(marker: string): string {
	return `${marker}-password:`;
}

function sudo({user, password}: Become, marker: string): readonly string[] {
	const asking = password === undefined ? ['-n'] : ['-S', '-p', promptOf(marker)];
	return ['sudo', ...asking, '-H', '-u', user, '--'];
}
