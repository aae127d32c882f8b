import type {Json} from './json.ts';

/** A file of a host. */
export type CreatedFile = {readonly host: string; readonly path: string};

/**
 * The result that `register` keeps, with Ansible's names where it has them. With `failed: true` the action has failed
 * unless the task's `failed_when` says otherwise; `msg` says why, and `remedies`, a list of texts, what helps.
 */
export type Result = {readonly [key: string]: Json | undefined};

/** What a move of a guest came to, for the recap. */
export type GuestMove = {
	readonly guest: string;
	readonly uuid: string;
	readonly from: string;
	readonly to: string;
	readonly bytes?: number;
	readonly downtimeMs?: number;
	/** Kept copies that it has left behind: device, inode and time of birth of each, and what it takes. */
	readonly kept?: readonly {readonly path: string; readonly identity: string; readonly bytes?: number}[];
};

/** Where a guest is: on one host for certain, or in words. */
export type GuestLocation = {readonly host?: string; readonly text: string};

/** Images on a host: how many bytes stay as kept copies, are deleted after the move, or are replaced by new images. */
export type ImageFate = {
	readonly on: string;
	readonly becomes: 'kept' | 'deleted' | 'replaced';
	readonly bytes: number;
};
