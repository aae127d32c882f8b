/** What to do when sudo has not run a command, by its own words: `sudo: sorry, you must have a tty to run sudo`. */
export function sudoRemedy(said: string): string {
	const edit = 'in a file of /etc/sudoers.d (visudo -f), for the USER that logs in';
	if (/must have a tty/i.test(said)) return `switch off requiretty for this user: Defaults:USER !requiretty, ${edit}`;
	if (/not in the sudoers file|not allowed to (execute|run)/i.test(said)) {
		return `allow this user to run all commands: USER ALL=(ALL) ALL, ${edit}`;
	}
	if (/command not found|No such file/i.test(said)) {
		return 'install sudo, or set ansible_become: false and log in as root: ansible_user';
	}
	if (/unknown user/i.test(said)) return 'set ansible_become_user to a user of this host';
	return 'let sudo ask for no password, or give it: ansible_become_password, --ask-become-pass';
}
