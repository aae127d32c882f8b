import type {Plan, PlannedAction} from '../../plan/document/model.ts';
import {bytesText} from '../format.ts';
import {count, movesOf} from './rows.ts';

/** What an action says of disks that stay at its source, and of kept copies that make way at its destination. */
type Kept = {
	readonly disks?: {
		readonly copies?: readonly {readonly from: string; readonly dataBytes: number}[];
		readonly leaves?: readonly {readonly path: string; readonly fate: 'kept' | 'deleted'}[];
		readonly replaced?: readonly {readonly dataBytes: number}[];
	};
};

type Sum = {readonly files: number; readonly bytes: number};

/** What becomes of disks, host by host: `kvm1: 2 disks stay as kept copies, 648 KiB`. */
export function keptTexts(plan: Plan): readonly string[] {
	const moves = movesOf(plan).filter(({skip}) => skip === undefined);
	return [
		...byHost(moves, ({host}) => host, leaving('kept')).map(
			([host, {files, bytes}]) =>
				`${host}: ${count(files, 'disk stays as a kept copy', 'disks stay as kept copies')}, ${bytesText(bytes)}`,
		),
		...byHost(moves, ({host}) => host, leaving('deleted')).map(
			([host, {files, bytes}]) =>
				`${host}: ${count(files, 'disk is deleted', 'disks are deleted')} after the move, ${bytesText(bytes)}`,
		),
		...byHost(moves, ({to = ''}) => to, replaced).map(
			([host, {files, bytes}]) =>
				`${host}: ${count(files, 'kept copy is replaced', 'kept copies are replaced')}, ${bytesText(bytes)}`,
		),
	];
}

function byHost(
	moves: readonly PlannedAction[],
	hostOf: (action: PlannedAction) => string,
	sumOf: (kept: Kept) => Sum,
): readonly (readonly [string, Sum])[] {
	const sums = new Map<string, Sum>();
	for (const one of moves) {
		const {files, bytes} = sumOf((one.action ?? {}) as Kept);
		const known = sums.get(hostOf(one)) ?? {files: 0, bytes: 0};
		if (files > 0) sums.set(hostOf(one), {files: known.files + files, bytes: known.bytes + bytes});
	}
	return [...sums];
}

function leaving(fate: 'kept' | 'deleted'): (kept: Kept) => Sum {
	return ({disks: {leaves = [], copies = []} = {}}) => {
		const own = leaves.filter(one => one.fate === fate);
		const bytes = own.map(({path}) => copies.find(({from}) => from === path)?.dataBytes ?? 0);
		return {files: own.length, bytes: bytes.reduce((sum, one) => sum + one, 0)};
	};
}

function replaced({disks: {replaced: copies = []} = {}}: Kept): Sum {
	return {files: copies.length, bytes: copies.reduce((sum, {dataBytes}) => sum + dataBytes, 0)};
}
