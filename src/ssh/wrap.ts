import type {Command} from '../shell/command.ts';
import {settingsOf} from '../shell/environment.ts';
import {quoteArgv} from '../shell/quote.ts';
import type {Become} from './endpoint.ts';

/**
 * A short script around each command. It prints a marker on both outputs where the command's own output begins, because
 * the start-up files of the login shell may print something first, and its process ID, which is also that of the
 * command and its process group, so that the command can be killed: closing a channel does not kill it.
 */
const begin = 'printf "%s\\n" "$0"; printf "%s %s %s\\n" "$0" "$$" "$SHELL" >&2; LC_ALL=C; export LC_ALL;';

/** The language of a host's login shell: if it is sh, no other sh is needed, which saves a millisecond. */
export type LoginShell = 'sh' | 'unknown';

/** The language of a login shell, by its path. */
export function loginShellOf(shell: string): LoginShell {
	return /\/(sh|dash|bash|ksh|mksh)$/.test(shell) ? 'sh' : 'unknown';
}

/** How the exit status is reported: by the protocol, or by ssh's exit code, where 255 means an error of ssh itself. */
export type ExitStatusSource = 'by protocol' | 'by exit code';

const scripts: Readonly<Record<ExitStatusSource, string>> = {
	'by protocol': `${begin} exec "$@"`,
	'by exit code': `${begin} "$@"; code=$?; [ $code -eq 255 ] || exit $code; printf "%s-code 255\\n" "$0" >&2; exit 254`,
};

/** Precedes sudo: prints the process group of sudo and the command. */
const beginGroup = 'printf "%s-group %s\\n" "$0" "$$" >&2; exec "$@"';

/**
 * One line for the login shell. While its language is unknown, the line has the same meaning in bash, dash and fish.
 * Excludes stdin.
 */
export function wrap(
	command: Command,
	marker: string,
	exitStatusFrom: ExitStatusSource,
	loginShell: LoginShell,
	become?: Become,
): string {
	const {argv} = command;
	const settings = settingsOf(command);
	const whole = settings.length === 0 ? argv : ['env', ...settings, ...argv];
	if (loginShell === 'sh' && exitStatusFrom === 'by protocol' && become === undefined) {
		return `echo ${marker}; echo ${marker} $$ >&2; LC_ALL=C; export LC_ALL; exec ${quoteArgv(whole)}`;
	}
	const script = ['sh', '-c', scripts[exitStatusFrom], marker, ...whole];
	return `exec ${quoteArgv(become === undefined ? script : ['sh', '-c', beginGroup, marker, ...sudo(become, marker), ...script])}`;
}

/**
 * Kills the process group of a command: SIGTERM first, SIGKILL after a second. The command is normally the group
 * leader; with a ForceCommand, its shell is, which /proc shows (proc_pid_stat(5), field 5).
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

/** The password prompt of sudo. */
export function promptOf(marker: string): string {
	return `${marker}-password:`;
}

function sudo({user, password}: Become, marker: string): readonly string[] {
	const asking = password === undefined ? ['-n'] : ['-S', '-p', promptOf(marker)];
	return ['sudo', ...asking, '-H', '-u', user, '--'];
}
