import test from 'ava';
import {sudoRemedy} from '../../src/ssh/sudo-remedy.ts';

const remedies = [
	['sudo: sorry, you must have a tty to run sudo', /Defaults:USER !requiretty/],
	['op is not in the sudoers file.', /USER ALL=\(ALL\) ALL/],
	['Sorry, user op is not allowed to execute ’/bin/sh’ as root on kvm1.', /USER ALL=\(ALL\) ALL/],
	['sh: 1: exec: sudo: command not found', /install sudo/],
	['sudo: unknown user: nobody1', /ansible_become_user/],
	['sudo: a password is required', /--ask-become-pass/],
	['', /--ask-become-pass/],
] as const;

for (const [said, remedy] of remedies) {
	test(`what helps when sudo says: ${said || 'nothing'}`, t => {
		t.regex(sudoRemedy(said), remedy);
	});
}
