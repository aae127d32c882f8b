import {StepError} from '../../errors.ts';
import {dropKept, forgetKept} from '../../files/kept/change.ts';
import type {Command} from '../../shell/command.ts';
import {durationSchema, parseDuration} from '../../units/units.ts';
import {copyText} from '../kept/own-copy.ts';
import type {KeptCopyStatus} from '../kept-copy-status.ts';
import {defineStep, type StepContext} from '../step.ts';
import {stockOf, stockRequests} from './kept-stock.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		older_than: {
			...durationSchema,
			description:
				'Delete only copies older than this, such as 30 d. Default: every copy whose `keep_for` has expired or was not set.',
		},
		guests: {
			type: 'array',
			minItems: 1,
			items: {type: 'string', minLength: 1},
			description:
				'Delete only copies of these guests (names or UUIDs). The copy of a guest that exists on no host of the inventory is deleted only if the guest is listed here.',
		},
	},
} as const;

type CleanParams = {readonly older_than?: string; readonly guests?: readonly string[]};

type CopyToDelete = {
	readonly path: string;
	/** UUID and name of the guest. */
	readonly guest: string;
	readonly name: string;
	readonly dataBytes: number;
};

type CleanAction = {
	readonly host: string;
	readonly files: readonly CopyToDelete[];
	/** Records whose file no longer exists. */
	readonly records: readonly Pick<CopyToDelete, 'path' | 'guest'>[];
};

/** Deletes kept copies on the host that are proven to be unused. */
export const cleanDisks = defineStep<typeof params, CleanAction, null>({
	kind: 'action',
	name: 'clean_disks',
	summary:
		'Delete the disk images that guests left on the host when they moved away (kept copies). This cannot be undone.',
	examples: ['clean_disks: {}', 'clean_disks: {older_than: 30 d}', 'clean_disks: {guests: [web1]}'],
	effect: 'write',
	exclusive: true,
	params,

	needs: (_, at, facts) => stockRequests(at.host, at.hosts('all'), facts),
	isOptional: ({host, kind}, at) => host !== at.host || kind === 'disk-users',

	plan(wanted, at, facts) {
		const {host} = at;
		const entries = stockOf(host, at.hosts('all'), facts).filter(entry => isNamed(entry, wanted));
		const now = facts.of({kind: 'kept-copies', host}).clockSeconds;
		const files = copiesToDelete(entries, wanted, now);
		const records = entries.filter(({copy}) => copy.found === 'absent');
		if (files.length + records.length === 0) {
			return {
				skip: whyNothing(
					host,
					entries,
					entries.filter(entry => isDue(entry, wanted, now)),
				),
			};
		}
		return {
			host,
			files: files.map(({copy: {path, guest, name, actualBytes}}) => ({path, guest, name, dataBytes: actualBytes})),
			records: records.map(({copy: {path, guest}}) => ({path, guest})),
		};
	},

	preview: commands,
	async apply(action, context) {
		for (const command of commands(action)) await context.run(command);
		return null;
	},
	async adopt(action, context) {
		await verifyDeleted(action, context);
		return null;
	},
	verify: verifyDeleted,
	irreversible: 'deleted copies cannot be restored; no guest used them',
	result: ({files}) => ({
		deleted: files.map(({path}) => path),
		bytes: files.reduce((sum, {dataBytes}) => sum + dataBytes, 0),
	}),
});

async function verifyDeleted({host, files}: CleanAction, context: StepContext): Promise<void> {
	const facts = await context.facts(files.map(({path}) => ({kind: 'file', host, path}) as const));
	for (const {path} of files) {
		if (facts.of({kind: 'file', host, path}).type !== 'absent') throw new StepError(`${path} still exists on ${host}`);
	}
}

function commands({host, files, records}: CleanAction): readonly Command[] {
	return [
		...files.map(({guest, path}) => dropKept(host, guest, path)),
		...records.map(({guest, path}) => forgetKept(host, guest, path)),
	];
}

/** The copies that are selected, due, and proven to be unused. */
export function copiesToDelete(
	entries: readonly KeptCopyStatus[],
	wanted: CleanParams,
	nowSeconds: number,
): readonly KeptCopyStatus[] {
	return entries.filter(entry => isNamed(entry, wanted) && isDue(entry, wanted, nowSeconds) && isProven(entry, wanted));
}

function isNamed({copy}: KeptCopyStatus, {guests}: CleanParams): boolean {
	return guests === undefined || guests.includes(copy.guest) || guests.includes(copy.name);
}

/** A copy with `keep_for` is due when that time has passed, unless an age is given instead. */
function isDue({copy}: KeptCopyStatus, {older_than: age}: CleanParams, nowSeconds: number): boolean {
	if (age !== undefined) return nowSeconds - copy.leftSeconds > parseDuration(age) / 1000;
	return copy.keepUntilSeconds === undefined || copy.keepUntilSeconds <= nowSeconds;
}

function isProven({why, isOrphan}: KeptCopyStatus, {guests}: CleanParams): boolean {
	return why === undefined || (isOrphan === true && guests !== undefined);
}

function whyNothing(host: string, entries: readonly KeptCopyStatus[], due: readonly KeptCopyStatus[]): string {
	if (entries.length === 0) return `${host} has no kept copies`;
	if (due.length === 0) return `no kept copy on ${host} is old enough`;
	const [first] = due;
	const more = due.length > 1 ? `; and ${due.length - 1} more (vacate disks)` : '';
	return `no kept copy on ${host} may be deleted: ${first?.copy.path}, ${first && copyText(first.copy)}: ${first?.why}${more}`;
}
