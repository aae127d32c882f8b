import type {KeptCopyStatus} from '../steps/kept-copy-status.ts';
import {tableText, visible} from './columns.ts';
import {bytesText} from './format.ts';

/** The kept copies of one host, and its clock. */
export type HostStock = {
	readonly host: string;
	readonly clockSeconds: number;
	readonly entries: readonly KeptCopyStatus[];
};

const daySeconds = 86_400;
const hourSeconds = 3600;

/** The kept copies of several hosts as a table: their sizes, and why a copy may not be deleted. */
export function stockText(stocks: readonly HostStock[]): string {
	const rows = stocks.flatMap(({host, clockSeconds, entries}) =>
		entries.map(({copy, guestOn = '?', why}) => [
			visible(host),
			visible(copy.name),
			visible(guestOn),
			bytesText(copy.actualBytes),
			ageText(clockSeconds - copy.leftSeconds),
			visible(copy.run),
			visible(copy.path),
			why === undefined ? 'yes' : `no: ${visible(why)}`,
		]),
	);
	if (rows.length === 0) return 'no kept copies';
	const head = ['host', 'guest', 'now on', 'size', 'age', 'run', 'path', 'unused'];
	return `${tableText([head, ...rows], new Set([3, 4]))}\n\n${stockSummary(stocks)}`;
}

/** `4 kept copies, 1.9 GiB, on kvm1 and kvm2`. */
function stockSummary(stocks: readonly HostStock[]): string {
	const copies = stocks.flatMap(({entries}) => entries.map(({copy}) => copy));
	const bytes = copies.reduce((sum, {actualBytes}) => sum + actualBytes, 0);
	const hosts = stocks.filter(({entries}) => entries.length > 0).map(({host}) => visible(host));
	return `${copies.length} kept ${copies.length === 1 ? 'copy' : 'copies'}, ${bytesText(bytes)}, on ${hosts.join(', ')}`;
}

/** `12 d`, `5 h`, `3 min`. */
function ageText(seconds: number): string {
	if (seconds >= daySeconds) return `${Math.floor(seconds / daySeconds)} d`;
	if (seconds >= hourSeconds) return `${Math.floor(seconds / hourSeconds)} h`;
	return `${Math.max(0, Math.floor(seconds / 60))} min`;
}

/** The kept copies of several hosts as data, for `--format json`. */
export function stockData(stocks: readonly HostStock[]): readonly object[] {
	return stocks.flatMap(({host, entries}) =>
		entries.map(({copy, guestOn = null, why = null}) => ({
			host,
			guest: copy.name,
			uuid: copy.guest,
			target: copy.target,
			path: copy.path,
			bytes: copy.actualBytes,
			left: new Date(copy.leftSeconds * 1000).toISOString(),
			keep_until: copy.keepUntilSeconds === undefined ? null : new Date(copy.keepUntilSeconds * 1000).toISOString(),
			run: copy.run,
			moved_to: copy.to,
			guest_on: guestOn,
			unused: why === null,
			why,
		})),
	);
}
