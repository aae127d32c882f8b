import type {DomainStatus} from '../virsh/domains.ts';
import type {FactRequest} from './fact-kinds.ts';

/** A guest that will have moved. */
export type ForeseenMove = {
	/** Its UUID, and its name. */
	readonly uuid: string;
	readonly guest?: string;
	readonly from: string;
	readonly to: string;
	/** What it takes of a host's memory. */
	readonly requiredKib: number;
	/** The files that it brings along. */
	readonly files: readonly ForeseenFile[];
};

export type ForeseenFile = {
	/** At the source, and at the destination. */
	readonly from: string;
	readonly path: string;
	/** What it will take. */
	readonly bytes: number;
	/** What becomes of the image at the source; left out where it stays without a record. */
	readonly leaves?: {readonly target: string; readonly fate: 'kept' | 'deleted'};
};

/**
 * What an action will have made otherwise: a reading, what a census says of a guest, or, `unsettled`, more of a guest than can
 * be foreseen.
 */
export type Effect =
	| {readonly of: 'reading'; readonly request: FactRequest; readonly value: unknown}
	| {readonly of: 'guest'; readonly uuid: string; readonly entry: Partial<DomainStatus>}
	| {readonly of: 'unsettled'; readonly uuid: string};
