import type {Position} from '../errors.ts';
import {compileTemplate} from '../template/template.ts';
import type {Vars} from './inventory.ts';

/** Parts `web1:2222`. The colons of an IPv6 address and of a range are none that part a port. */
export function splitPort(written: string): {readonly pattern: string; readonly port?: number} {
	const [, bracketed, name, port] = /^(?:\[([\da-fA-F:]+)\]|(.*?))(?::(\d+))?$/.exec(written) ?? [];
	const isAddress = bracketed?.includes(':') === true && bracketed.split(':').length > 2;
	if (isAddress) return {pattern: bracketed, ...(port === undefined ? {} : {port: Number(port)})};
	const [, pattern = written, number] = /^((?:[^:[]|\[[^\]]*\])+):(\d+)$/.exec(written) ?? [];
	return number === undefined || name === undefined ? {pattern: written} : {pattern, port: Number(number)};
}

/** The variable that a port behind a host's name stands for. */
export function portVars(port: number | undefined, at: () => Position): Vars {
	return port === undefined ? {} : {ansible_port: compileTemplate(port, at)};
}
