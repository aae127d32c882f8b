import {type Command, read} from '../../shell/command.ts';
import {layout} from './layout.ts';

/** A recorded image that a guest left on a host, and the file at its path now. */
export type KeptCopy = {
	/** UUID of the guest. */
	readonly guest: string;
	readonly name: string;
	readonly target: string;
	readonly path: string;
	/** The host that the guest moved to. */
	readonly to: string;
	readonly run: string;
	/** When it was left, and until when it must be kept; in seconds since 1970, by the clock of its host. */
	readonly leftSeconds: number;
	readonly keepUntilSeconds?: number;
	/** Its allocated size. */
	readonly actualBytes: number;
	/** `intact`: the file is unchanged since it was left. */
	readonly found: 'intact' | 'changed' | 'absent' | 'linked';
	/** Device, inode and birth time of the existing file. */
	readonly identity?: string;
};

export type KeptCopies = {
	readonly copies: readonly KeptCopy[];
	/** The clock of the host at the time of the query. */
	readonly clockSeconds: number;
};

const listScript = `${layout}printf 'clock %s\\n' "$(date +%s)"
for record in "$dir"/*; do
	is_record "$record" || continue
	case $record in *.new) continue ;; esac
	cat -- "$record"
	path=$(field "$record" path)
	printf 'found %s\\n' "$(stat --format='%d:%i:%W %s %Y %Z %h %F' -- "$path" 2>/dev/null)"
done`;

/** Reads all records of a host, and examines their files. */
export function keptCopies(host: string): Command {
	return read(host, ['sh', '-c', listScript]);
}

/** @throws Error for unexpected output. */
export function parseKeptCopies(stdout: string): KeptCopies {
	const [head = '', ...rest] = stdout.split('\n').filter(line => line !== '');
	const clock = /^clock (\d+)$/.exec(head)?.[1];
	if (clock === undefined) throw new Error('cannot read the records of kept copies');
	const copies: KeptCopy[] = [];
	let fields = new Map<string, string>();
	for (const line of rest) {
		const [, key = line, value = ''] = /^(\S+) (.*)$/s.exec(line) ?? [];
		fields.set(key, value);
		if (key !== 'found') continue;
		copies.push(...copyOf(fields));
		fields = new Map();
	}
	return {copies: copies.toSorted((a, b) => (a.path < b.path ? -1 : 1)), clockSeconds: Number(clock)};
}

/** None for a record of a newer version. */
function copyOf(fields: ReadonlyMap<string, string>): readonly KeptCopy[] {
	const text = (key: string) => fields.get(key) ?? '';
	if (text('vacate-kept-copy') !== '1') return [];
	const [blocks = 0, blockBytes = 0] = text('blocks').split(' ').map(Number);
	const until = text('keep-until');
	return [
		{
			guest: text('guest'),
			name: text('name'),
			target: text('target'),
			path: text('path'),
			to: text('to'),
			run: text('run'),
			leftSeconds: Number(text('left')),
			...(until === '' ? {} : {keepUntilSeconds: Number(until)}),
			actualBytes: blocks * blockBytes,
			...foundIn(text('found'), text('stamp')),
		},
	];
}

function foundIn(found: string, stamp: string): Pick<KeptCopy, 'found' | 'identity'> {
	const [, identity = '', times = '', links, words = ''] = /^(\S+) (\d+ \d+ \d+) (\d+) (.+)$/.exec(found) ?? [];
	if (identity === '') return {found: 'absent'};
	const [, inode = '', birth = ''] = identity.split(':');
	if (!words.startsWith('regular') || `${inode}:${birth} ${times}` !== stamp) return {found: 'changed', identity};
	return {found: links === '1' ? 'intact' : 'linked', identity};
}
