import test from 'ava';
import {RecapBook} from '../../src/engine/recap.ts';
import type {Plan} from '../../src/plan/document/model.ts';
import type {GuestMove, ImageFate} from '../../src/steps/step.ts';
import {type HostStock, stockData, stockText} from '../../src/views/kept-copies.ts';
import {keptTexts} from '../../src/views/plan/kept.ts';
import {recapText} from '../../src/views/recap.ts';

const mib = 1024 ** 2;

/** What a run tells that has made these moves. */
function recapOf(moves: readonly GuestMove[]): string {
	const book = new RecapBook();
	for (const [index, move] of moves.entries()) {
		const {guest, from: host, to} = move;
		const action = {id: `a${index}`, task: 'play1.task1', host, step: 'migrate', title: guest, guest, to};
		book.on({type: 'action-ended', at: 1, action, outcome: 'changed', durationMs: 1, move});
	}
	return recapText(book.close('r1', 0, 1, []), []);
}

const away: GuestMove = {
	guest: 'web1',
	uuid: 'u1',
	from: 'kvm1',
	to: 'kvm2',
	kept: [
		{path: '/images/a', identity: '1:1:1', bytes: 3 * mib},
		{path: '/images/b', identity: '1:2:1', bytes: mib},
	],
};

test('a recap says how many kept copies there are, where and how large', t => {
	t.regex(recapOf([away]), /^kept copies: 2 on kvm1, 4\.0 MiB\. To list or delete them: vacate disks$/m);
	t.notRegex(recapOf([{...away, kept: []}]), /kept copies/);
});

test('what a guest finds at home again is no kept copy any more', t => {
	const back = {...away, from: 'kvm2', to: 'kvm1', kept: [{path: '/images/a', identity: '2:1:1', bytes: mib}]};
	const text = recapOf([away, back]);
	t.regex(text, /^kept copies: 1 on kvm2, 1\.0 MiB\./m);
	t.notRegex(text, /on kvm1, 4/);
});

test('a plan says what becomes of disks, host by host', t => {
	const action = (images?: readonly ImageFate[]) => ({uuid: 'u', host: 'kvm1', to: 'kvm2', images});
	const kept = {on: 'kvm1', becomes: 'kept', bytes: 3 * mib} as const;
	const actions = [
		action([kept, {on: 'kvm2', becomes: 'replaced', bytes: 2 * mib}]),
		action([kept]),
		action([{on: 'kvm1', becomes: 'deleted', bytes: 3 * mib}]),
		action(),
	];
	t.deepEqual(keptTexts({actions} as unknown as Plan), [
		'kvm2: 3 disks are copied to it, 9.0 MiB',
		'kvm1: 2 disks stay as kept copies, 6.0 MiB',
		'kvm1: 1 disk is deleted after the move, 3.0 MiB',
		'kvm2: 1 kept copy is replaced, 2.0 MiB',
	]);
});

const copy = {
	guest: 'u1',
	name: 'web1',
	target: 'vda',
	path: '/images/web1.qcow2',
	to: 'kvm2',
	run: 'r1',
	leftSeconds: 1_700_000_000,
	actualBytes: mib,
	found: 'intact',
} as const;

const stocks: readonly HostStock[] = [
	{
		host: 'kvm1',
		clockSeconds: 1_700_000_000 + 12 * 86_400,
		entries: [
			{copy, guestOn: 'kvm2'},
			{copy: {...copy, path: '/images/b'}, why: 'the file was changed'},
		],
	},
	{host: 'kvm2', clockSeconds: 0, entries: []},
];

test('kept copies are listed with where the guest is, size, age, run and why one may be needed', t => {
	const lines = stockText(stocks).split('\n');
	t.regex(lines[1] ?? '', /^kvm1 +web1 +kvm2 +1\.0 MiB +12 d +r1 +\/images\/web1\.qcow2 +yes$/);
	t.regex(lines[2] ?? '', /^kvm1 +web1 +\? .*\/images\/b +no: the file was changed$/);
	t.is(lines.at(-1), '2 kept copies, 2.0 MiB, on kvm1');
	t.is(stockText([]), 'no kept copies');
});

test('programs get the same', t => {
	t.like(stockData(stocks), [
		{host: 'kvm1', guest: 'web1', uuid: 'u1', bytes: mib, guest_on: 'kvm2', unused: true, why: null},
		{path: '/images/b', guest_on: null, unused: false, why: 'the file was changed'},
	]);
});
