import type {MigrationMode} from '../placement/cluster.ts';
import {quoteArgv} from '../shell/quote.ts';

/** The remedy: a command on a host, or advice. */
export type Remedy = {readonly host: string; readonly argv: readonly [string, ...string[]]} | {readonly advice: string};

/** The subject of a finding: always a host, and optionally a guest, disk or destination. */
export type Subject = {
	readonly host: string;
	/** The guest's name and UUID. */
	readonly guest?: string;
	readonly uuid?: string;
	/** The target of a disk. */
	readonly disk?: string;
	readonly destination?: string;
};

/** The kind of subject that a rule checks. */
export type ScopeName = 'source' | 'destination' | 'path' | 'guest' | 'pair' | 'disk' | 'disk-pair' | 'run';

export type Finding = Subject & {
	readonly rule: string;
	/** `path`: from the source to one destination; `pair`: a guest on one destination; `run`: all that is planned. */
	readonly scope: ScopeName;
	/** The number of the check in `docs/preflight.md`. */
	readonly check: number;
	/** `unknown`: the rule could not be evaluated, and so it has not passed. */
	readonly outcome: 'found' | 'unknown';
	readonly severity: 'blocks' | 'warns';
	/** The migration modes that the finding applies to. */
	readonly modes: readonly MigrationMode[];
	readonly reason: string;
	readonly remedy: Remedy;
};

/** `virsh undefine web1 (on kvm2)`, or the advice. */
export function remedyText(remedy: Remedy): string {
	return 'advice' in remedy ? remedy.advice : `${quoteArgv(remedy.argv)} (on ${remedy.host})`;
}
