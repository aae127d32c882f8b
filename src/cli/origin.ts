import {hostname, userInfo} from 'node:os';
import type {Command} from 'commander';
import type {Origin} from '../engine/ports.ts';

export type WhyOptions = {readonly ticket?: string; readonly reason?: string};

/** The options that record why a command is run. They have no other effect. */
export function withWhy(command: Command): Command {
	return command
		.option('--ticket <ticket>', 'change ticket to record with the run or plan')
		.option('--reason <text>', 'reason to record with the run or plan');
}

export type OverrideOptions = {readonly override?: string};

/** The option that overrides a policy, if the policy allows it. */
export function withOverride(command: Command): Command {
	return command.option(
		'--override <reason>',
		'override the policy, if the policy allows it; the reason is printed and recorded',
	);
}

/** The operator of this process, and the recorded reason. */
export function originOf({ticket, reason}: WhyOptions): Origin {
	const {SUDO_USER: sudoUser} = process.env;
	return {
		operator: loginName(),
		...(sudoUser === undefined || sudoUser === '' ? {} : {sudo_user: sudoUser}),
		controller: hostname(),
		at: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
		...(ticket === undefined ? {} : {ticket}),
		...(reason === undefined ? {} : {reason}),
	};
}

/** The user ID of a process may belong to no account. */
function loginName(): string {
	try {
		return userInfo().username;
	} catch {
		return `uid ${process.getuid?.() ?? 'unknown'}`;
	}
}
