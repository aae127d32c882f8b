import type {Cordon} from '../virsh/cordon.ts';
import type {Rewrite} from '../virsh/definition/rewrite-xml.ts';
import type {DomainStatus} from '../virsh/domains.ts';
import type {FactRequest} from './fact-kinds.ts';

/** A planned move of a guest. */
export type ForeseenMove = {
	/** Its UUID, and its name. */
	readonly uuid: string;
	readonly guest?: string;
	readonly from: string;
	readonly to: string;
	/** The memory that it requires on a host. */
	readonly requiredKib: number;
	/** The files that are copied. */
	readonly files: readonly ForeseenFile[];
	/** What its definition names otherwise at the destination, besides paths. Default: nothing. */
	readonly rewrites?: readonly Rewrite[];
};

export type ForeseenFile = {
	/** At the source, and at the destination. */
	readonly from: string;
	readonly path: string;
	/** Its size. */
	readonly bytes: number;
	/** What happens to the image at the source; omitted if it stays without a record. */
	readonly leaves?: {readonly target: string; readonly fate: 'kept' | 'deleted'};
};

/**
 * An effect of an action: on a fact, on the status of a guest, on the cordon of a host, or, `unsettled`, more changes of a guest than can
 * be predicted.
 */
export type Effect =
	| {readonly of: 'reading'; readonly request: FactRequest; readonly value: unknown}
	| {readonly of: 'guest'; readonly uuid: string; readonly entry: Partial<DomainStatus>}
	| {readonly of: 'cordon'; readonly host: string; readonly cordon: Cordon | undefined}
	| {readonly of: 'unsettled'; readonly uuid: string};

/** Whether the last of these moves that concerns a file of a host deletes it there. */
export function isDeleted(moves: readonly ForeseenMove[], host: string, path: string): boolean {
	const last = moves.findLast(
		({from, to, files}) =>
			(to === host && files.some(file => file.path === path)) ||
			(from === host && files.some(file => file.from === path)),
	);
	if (last?.from !== host) return false;
	return last.files.some(file => file.from === path && file.leaves?.fate === 'deleted');
}
