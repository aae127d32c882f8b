import test from 'ava';
import {type Finding, findingsOf} from './findings.ts';
import {randomFrom} from './random.ts';
import type {FileSurvey, GuestSurvey, Survey} from './survey.ts';
import {isTold, toldWrongly} from './told.ts';

const images = '/var/lib/libvirt/images';

function guest(name: string, host: string, rest: Partial<GuestSurvey> = {}): GuestSurvey {
	return {
		name,
		uuid: `uuid of ${name}`,
		active: [host],
		defined: [host],
		states: {[host]: 'running'},
		processes: [host],
		disks: {[host]: [`${images}/${name}.qcow2`]},
		ticks: 100,
		missing: 0,
		restarted: false,
		written: 96,
		onDisk: 96,
		...rest,
	};
}

function file(host: string, path: string, rest: Partial<FileSurvey> = {}): FileSurvey {
	return {host, path: `${images}/${path}`, inode: 1, bytes: 10, modifiedMs: 1, digest: 'a', ...rest};
}

const before: Survey = {
	guests: [guest('web1', 'kvm1'), guest('stays', 'kvm2')],
	files: [file('kvm1', 'web1.qcow2'), file('kvm2', 'stays.qcow2'), file('kvm2', 'archive.img')],
	programs: [],
};

const arrived = guest('web1', 'kvm2');
const after: Survey = {
	...before,
	guests: [arrived, guest('stays', 'kvm2')],
	files: [...before.files, file('kvm2', 'web1.qcow2')],
};

function findings(now: Survey): readonly string[] {
	return findingsOf(before, now, new Set(['web1'])).map(({kind, subject}) => `${subject} ${kind}`);
}

test('nothing is found where guests stayed, or moved and left their images behind', t => {
	t.deepEqual(findings(before), []);
	t.deepEqual(findings(after), []);
});

/** What may be wrong with a guest that has moved, and what it is called. */
const wrongGuests: Readonly<Record<string, Partial<GuestSurvey>>> = {
	'web1 runs twice': {states: {kvm1: 'running', kvm2: 'running'}},
	'web1 does not run': {states: {kvm2: 'paused'}},
	'web1 was restarted': {restarted: true},
	'web1 lost ticks': {missing: 1},
	'web1 lost a write': {onDisk: 95},
	'web1 is defined wrongly': {defined: ['kvm1']},
};

for (const [expected, rest] of Object.entries(wrongGuests)) {
	test(`the checker sees that ${expected}`, t => {
		t.deepEqual(findings({...after, guests: [{...arrived, ...rest}, guest('stays', 'kvm2')]}), [expected]);
	});
}

test('the checker sees a second process that libvirt does not know, and a guest that nobody knows', t => {
	const hidden = {...arrived, processes: ['kvm1', 'kvm2']};
	t.deepEqual(findings({...after, guests: [hidden, guest('stays', 'kvm2')]}), ['web1 runs twice']);
	t.deepEqual(findings({...after, guests: [arrived]}), ['stays is gone']);
});

test('the checker sees a guest that was nobody’s business and has lost its definition, or was off and runs', t => {
	t.deepEqual(findings({...after, guests: [arrived, guest('stays', 'kvm2', {defined: []})]}), [
		'stays is defined wrongly',
	]);
	const off = {...before, guests: [guest('web1', 'kvm1', {active: [], states: {kvm1: 'shut off'}, processes: []})]};
	t.deepEqual(
		findingsOf(off, {...before, guests: [guest('web1', 'kvm1')]}, new Set()).map(({kind}) => kind),
		['was restarted'],
	);
});

test('the checker sees foreign files that are gone, replaced or changed, and what is left over', t => {
	const rest = after.files.filter(({path}) => !path.endsWith('archive.img'));
	const touched = [`kvm2:${images}/archive.img foreign file touched`];
	t.deepEqual(findings({...after, files: rest}), touched);
	t.deepEqual(findings({...after, files: [...rest, file('kvm2', 'archive.img', {inode: 2})]}), touched);
	t.deepEqual(findings({...after, files: [...rest, file('kvm2', 'archive.img', {digest: 'b'})]}), touched);
	t.deepEqual(findings({...after, files: [...after.files, file('kvm3', 'web1.qcow2')]}), [
		`kvm3:${images}/web1.qcow2 left over`,
	]);
	t.deepEqual(findings({...after, programs: ['kvm1: virsh migrate']}), ['kvm1: virsh migrate left over']);
});

test('the checker knows kept copies by their records: a record without its image is left over', t => {
	const record = {
		...file('kvm1', 'record'),
		path: '/var/lib/vacate/kept/1-web1.qcow2',
		recordOf: `${images}/old.qcow2`,
	};
	const copy = file('kvm1', 'old.qcow2');
	const found = (then: Survey, now: Survey) =>
		findingsOf(then, now, new Set(['web1'])).map(({subject, kind}) => `${subject} ${kind}`);
	const having = (survey: Survey, ...files: readonly FileSurvey[]) => ({...survey, files: [...survey.files, ...files]});
	t.deepEqual(found(having(before, copy, record), after), [], 'both may go');
	t.deepEqual(found(having(before, copy), having(after, copy, record)), [], 'a new record of an image that stays');
	t.deepEqual(found(before, having(after, record)), [`${record.host}:${record.path} left over`]);
});

const stuck = JSON.stringify({
	at: 1,
	type: 'action-ended',
	action: {id: 'a', host: 'kvm1', step: 'migrate', title: 'web1 to kvm2', guest: 'web1'},
	outcome: 'stuck',
	durationMs: 1,
	failure: {code: 'stuck', message: `${images}/web1.qcow2 could not be removed`, remedies: []},
});

test('a guest or a file is excused when the program has said that it is stuck with it, and only then', t => {
	const left: Finding = {kind: 'left over', subject: `kvm2:${images}/web1.qcow2`, detail: ''};
	t.true(isTold(left, stuck));
	t.false(isTold(left, stuck.replace('"stuck"', '"failed"')));
	t.false(isTold({...left, subject: `kvm2:${images}/web2.qcow2`}, stuck));
	t.true(isTold({kind: 'does not run', subject: 'web1', detail: ''}, stuck));
	t.false(isTold({kind: 'does not run', subject: 'web', detail: ''}, stuck));
	t.false(isTold({kind: 'lost a write', subject: 'web1', detail: ''}, stuck), 'for this there is no excuse');
});

test('a recap that sees a guest elsewhere than it is, is a finding', t => {
	const recap = (where: string, outcome: string) =>
		`${JSON.stringify({type: 'run-ended', recap: {guests: [{guest: 'web1', from: 'kvm1', outcome, where}]}})}\n`;
	t.deepEqual(toldWrongly(recap('kvm2', 'changed'), after), []);
	t.deepEqual(toldWrongly(recap('running (booted) on kvm2', 'failed'), after), []);
	t.deepEqual(
		toldWrongly(recap('kvm1', 'failed'), after).map(({kind}) => kind),
		['told wrongly'],
	);
	t.deepEqual(toldWrongly(recap('kvm1', 'stuck'), after), []);
	t.deepEqual(toldWrongly(recap('kvm1 does not respond (no route); not defined on kvm2', 'failed'), after), []);
});

test('a seed gives the same chance again, another seed another', t => {
	const draw = (seed: number) => {
		const random = randomFrom(seed);
		return Array.from({length: 20}, () => random.whole(1, 6));
	};
	t.deepEqual(draw(7), draw(7));
	t.notDeepEqual(draw(7), draw(8));
	t.deepEqual(
		[...new Set(draw(7))].filter(number => number < 1 || number > 6),
		[],
	);
	t.true(new Set(draw(7)).size > 3);
});

test('the checker sees a paused guest that runs, or is no longer there', t => {
	const paused = guest('web1', 'kvm1', {states: {kvm1: 'paused'}});
	const kinds = (now: GuestSurvey) =>
		findingsOf({...before, guests: [paused]}, {...before, guests: [now]}, new Set(['web1'])).map(({kind}) => kind);
	t.deepEqual(kinds(guest('web1', 'kvm2', {states: {kvm2: 'paused'}})), []);
	t.deepEqual(kinds(guest('web1', 'kvm2')), ['was restarted']);
	t.deepEqual(kinds(guest('web1', 'kvm1', {active: [], states: {kvm1: 'shut off'}, processes: []})), ['does not run']);
});
