import type {Json} from './json.ts';

/** A file on a host. */
export type CreatedFile = {readonly host: string; readonly path: string};

/**
 * The result for `register`, with Ansible's names where they exist. With `failed: true`, the action has failed
 * unless `failed_when` of the task decides otherwise; `msg` is the reason, and `remedies` a list of remedies.
 */
export type Result = {readonly [key: string]: Json | undefined};

/** The parameters of a move that give a guest its own networks, listen address and media again. */
export type MoveRestores = {
	readonly network_map?: Readonly<Record<string, string>>;
	readonly graphics_listen?: string;
	readonly insert_media?: Readonly<Record<string, string>>;
};

/** The result of a move, for the recap. */
export type GuestMove = {
	readonly guest: string;
	readonly uuid: string;
	readonly from: string;
	readonly to: string;
	readonly bytes?: number;
	readonly downtimeMs?: number;
	/** Its own names and addresses, if they differ at the destination, as the parameters of a move back. */
	readonly restores?: MoveRestores;
	/** It was shut down for the move and started again: how, as the parameters of a move back. */
	readonly stopped?: {readonly timeout?: string; readonly force?: boolean};
	/** Kept copies that the guest left behind: device, inode and birth time of each, and its size on disk. */
	readonly kept?: readonly {readonly path: string; readonly identity: string; readonly bytes?: number}[];
};

/** Where a guest is: a host if it is certain, and a description. */
export type GuestLocation = {readonly host?: string; readonly text: string};

/** Images on a host: how many bytes stay as kept copies, are deleted after the move, or are replaced by new images. */
export type ImageFate = {
	readonly on: string;
	readonly becomes: 'kept' | 'deleted' | 'replaced';
	readonly bytes: number;
};
