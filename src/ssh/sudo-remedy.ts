/** The remedy for a command that sudo did not run, by sudo's message: `sudo: sorry, you must have a tty to run sudo`. */
export function sudoRemedy(said: string): string {
	const edit = 'in a file in /etc/sudoers.d (visudo -f), where USER is the login user';
	if (/must have a tty/i.test(said)) return `disable requiretty for this user: Defaults:USER !requiretty, ${edit}`;
	if (/not in the sudoers file|not allowed to (execute|run)/i.test(said)) {
		return `allow this user to run all commands: USER ALL=(ALL) ALL, ${edit}`;
	}
	if (/command not found|No such file/i.test(said)) {
		return 'install sudo, or set ansible_become: false and log in as root: ansible_user';
	}
	if (/unknown user/i.test(said)) return 'set ansible_become_user to a user of this host';
	return 'set NOPASSWD for this user in sudoers, or pass the password with --ask-become-pass or ansible_become_password';
}
