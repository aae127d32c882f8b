import {advise, run} from './commands.ts';
import type {RuleProblem} from './rule.ts';

/** The packages of a program: Debian's and Ubuntu's, those of RHEL and Fedora, and SUSE's. */
const packages: Readonly<Record<string, string>> = {
	virsh: 'libvirt-clients (Debian, Ubuntu) or libvirt-client (RHEL, Fedora, SUSE)',
	'qemu-img': 'qemu-utils (Debian, Ubuntu), qemu-img (RHEL, Fedora) or qemu-tools (SUSE)',
	'qemu-nbd': 'qemu-utils (Debian, Ubuntu), qemu-img (RHEL, Fedora) or qemu-tools (SUSE)',
};

export function notInstalled(program: string, host: string): RuleProblem {
	return {
		reason: `${program} is not installed on ${host}`,
		remedy: advise(`install the package ${packages[program] ?? program} on ${host}`),
	};
}

/** The problem of an unreadable host. */
export function noAnswer(why: string, host: string): RuleProblem {
	const program = /\b(virsh|qemu-img): (?:command )?not found/.exec(why)?.[1];
	if (program !== undefined) return notInstalled(program, host);
	return {
		reason: `libvirt does not respond: ${why}`,
		remedy: run(host, 'systemctl', 'status', 'libvirtd', 'virtqemud'),
	};
}
