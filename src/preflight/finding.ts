import type {MigrationMode} from '../placement/cluster.ts';
import {quoteArgv} from '../shell/quote.ts';

/** What to do about it: a command for a host, or what a person must decide. */
export type Remedy = {readonly host: string; readonly argv: readonly [string, ...string[]]} | {readonly advice: string};

/** What a finding is about: always a host, and more where it is narrower. */
export type Subject = {
	readonly host: string;
	/** The guest's name and UUID. */
	readonly guest?: string;
	readonly uuid?: string;
	/** The target of a disk. */
	readonly disk?: string;
	readonly destination?: string;
};

/** What kind of thing a rule looks at, so that a finding says whom it concerns. */
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
	/** The ways to move that this stands against. */
	readonly modes: readonly MigrationMode[];
	readonly reason: string;
	readonly remedy: Remedy;
};

/** `virsh undefine web1 (on kvm2)`, or the advice. */
export function remedyText(remedy: Remedy): string {
	return 'advice' in remedy ? remedy.advice : `${quoteArgv(remedy.argv)} (on ${remedy.host})`;
}
