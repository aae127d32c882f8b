import {defaultAssumptions, predict} from '../../schedule/predict.ts';
import type {Transfer} from '../../schedule/transfer.ts';
import type {Json, PartExpected} from '../../steps/step.ts';
import type {ActionExpected} from './model.ts';

/** What an action that moves a guest has, as `src/steps/migration` plans it. */
type Moving = {
	readonly move?: {readonly memoryKib: number; readonly uuid: string; readonly guest: string; readonly paused: boolean};
	readonly options?: {readonly bandwidth_mib?: number};
	readonly disks?: {readonly copies?: readonly {readonly path: string; readonly dataBytes: number}[]};
};

export function memoryOf(action: Json): number | undefined {
	return (action as Moving | null)?.move?.memoryKib;
}

/** 80 % of a gigabit a second: nobody has measured the links. */
const linkMib = 95;

/** What the expectations take for granted. */
export const assuming =
	'links as fast as their cards say, else 1 Gbit/s, and guests that change a tenth of their memory while it is sent, where that was not counted';

/** What the step that has chosen a move expects of it, in whole seconds. */
export function expectedAs({
	startMs,
	durationMs,
	bytes,
	pauseMs,
	waitsFor,
	endless = false,
}: PartExpected): ActionExpected {
	const seconds = (ms: number) => Math.ceil(ms / 1000);
	return {
		starts_after_seconds: seconds(startMs),
		seconds: seconds(durationMs),
		bytes,
		pause_ms: pauseMs,
		...(waitsFor === undefined ? {} : {waits_for: waitsFor}),
		...(endless ? {endless} : {}),
	};
}

/** What is to be expected of a move that begins at once and has its link for itself. */
export function expectedOf(action: Json): ActionExpected | undefined {
	const {move, options = {}, disks} = (action ?? {}) as Moving;
	if (move === undefined) return undefined;
	const diskBytes = (disks?.copies ?? []).map(({dataBytes}) => dataBytes).sort((a, b) => b - a);
	const streams = Math.max(1, diskBytes.length);
	const share = Math.max(1, Math.floor(linkMib / streams));
	const {bytes, durationMs, pauseMs} = predict(
		transferOf(move, diskBytes),
		Math.min(share, options.bandwidth_mib ?? share),
		defaultAssumptions,
	);
	return {starts_after_seconds: 0, seconds: Math.ceil(durationMs / 1000), bytes, pause_ms: pauseMs};
}

function transferOf({uuid, guest, memoryKib, paused}: NonNullable<Moving['move']>, diskBytes: readonly number[]) {
	const transfer: Transfer = {
		move: {guest: uuid, source: '', destination: '', mode: 'live'},
		guest: {
			id: uuid,
			name: guest,
			host: '',
			state: paused ? 'paused' : 'running',
			memoryKib,
			vcpus: 1,
			disks: [],
			priority: 0,
			labels: [],
			policy: 'live',
			pins: [],
			avoids: [],
			prefers: [],
			obstacles: [],
		},
		memoryBytes: memoryKib * 1024,
		diskBytes,
		weight: 1,
		link: {name: ''},
		sourceSpeed: 0,
		destinationSpeed: 0,
	};
	return transfer;
}
