import type {Origin} from '../engine/ports.ts';
import {visible} from './columns.ts';

/** `root (sudo: anna) on ctl1 at 2026-11-30T18:00:00Z, ticket CHG1: firmware`. */
export function originText({
	operator,
	sudo_user: sudo,
	controller,
	at,
	ticket,
	reason,
	approved_by: approvers,
	override,
}: Origin): string {
	const login = sudo === undefined ? operator : `${operator} (sudo: ${sudo})`;
	const why = [
		...(ticket === undefined ? [] : [`, ticket ${ticket}`]),
		...(reason === undefined ? [] : [`: ${reason}`]),
		...(approvers === undefined ? [] : [`, approved by ${approvers}`]),
		...(override === undefined ? [] : [`, POLICY OVERRIDDEN: ${override}`]),
	];
	return visible(`${login} on ${controller} at ${at}${why.join('')}`);
}
