import {hostname, userInfo} from 'node:os';
import type {Command} from 'commander';
import type {Origin} from '../engine/ports.ts';

export type WhyOptions = {readonly ticket?: string; readonly reason?: string};

/** The options that say why something is done. They are written down and change nothing. */
export function withWhy(command: Command): Command {
	return command
		.option('--ticket <ticket>', 'the change ticket that asks for it: goes into the journal')
		.option('--reason <text>', 'why it is done: goes into the journal');
}

export type OverrideOptions = {readonly override?: string};

/** The option that goes against the policy, where that allows it. */
export function withOverride(command: Command): Command {
	return command.option('--override <reason>', 'do it against the policy, if that allows it: it is told and kept');
}

/** Who does something now, and why. */
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

/** A process may have a number that no account has. */
function loginName(): string {
	try {
		return userInfo().username;
	} catch {
		return `uid ${process.getuid?.() ?? 'unknown'}`;
	}
}
