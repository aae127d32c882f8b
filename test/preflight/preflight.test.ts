import {readFileSync} from 'node:fs';
import test from 'ava';
import {type Finding, remedyText} from '../../src/preflight/finding.ts';
import {
	accepting,
	blockersOfDestinations,
	blockersOfRun,
	obstaclesOf,
	preflight,
} from '../../src/preflight/preflight.ts';
import {rules} from '../../src/preflight/rules.ts';
import {isOlder} from '../../src/preflight/versions.ts';
import {lack} from './cases/rule-cases.ts';
import {disk, guest, host, path, plan, source, without, world} from './world.ts';

test('where all is known and well, every rule has looked and passed', t => {
	const {findings, rules: tallies} = preflight(world());
	t.deepEqual(findings, []);
	t.true(tallies.every(({looked, passed}) => looked === passed && looked > 0));
});

test('there is a rule for each of the 45 checks, and each has a name of its own', t => {
	const checks = new Set(rules.map(({check}) => check));
	t.deepEqual(
		Array.from({length: 45}, (_, index) => index + 1).filter(check => !checks.has(check)),
		[],
	);
	t.is(new Set(rules.map(({id}) => id)).size, rules.length);
});

/** What names things, or is asked for, is not a fact that could be unknown. */
const given = [
	'name',
	'target',
	'device',
	'type',
	'format',
	'readonly',
	'shareable',
	'unsupported',
	'tls',
	'dropsContents',
	'logsIn',
	'counts',
	'uri',
	'portRange',
	'perDestination',
];

/** Facts that say something of one end only: what they say of the other is not asked. */
const ofTheOtherEnd: Readonly<Record<string, readonly string[]>> = {
	source: [
		...['domains', 'freeKib', 'cpus', 'hugepages', 'numaNodes', 'machines', 'firmware', 'networks', 'bridges'],
		...['filters', 'secrets', 'pools', 'swtpm', 'clients', 'ssh', 'announced', 'cordon'],
	],
	host: ['unsettled', 'jobs', 'starters', 'services'],
	guest: ['uuid'],
	disk: ['path'],
	pair: ['guest', 'destination'],
	// The speed of the cards counts where none was measured.
	path: ['destination', 'measuredBytesPerSecond', 'linkBytesPerSecond'],
	plan: ['tls'],
};

const parts = {source, host, guest, disk, pair: {cpu: 0, disks: 0}, path, plan};

for (const part of Object.keys(parts) as readonly (keyof typeof parts)[]) {
	test(`a fact of the ${part} that is not known is never passed over`, t => {
		const names = Object.keys(parts[part]).filter(
			name => !given.includes(name) && !ofTheOtherEnd[part]?.includes(name),
		);
		t.true(names.length > 0);
		for (const name of names) {
			const unknown = preflight(without(part, name)).findings.filter(({outcome}) => outcome === 'unknown');
			t.true(unknown.length > 0, `${part}.${name}`);
			t.true(
				unknown.every(({reason, remedy}) => reason.startsWith('not checked: ') && remedyText(remedy) !== ''),
				`${part}.${name}`,
			);
		}
	});
}

test('of a guest of which only the name is known, nothing passes that is about it', t => {
	const {findings} = preflight({...world(), guests: [{uuid: 'u', name: 'dark'}], pairs: []});
	const asked = new Set(findings.filter(({outcome}) => outcome === 'unknown').map(({rule}) => rule));
	const aboutGuests = rules.filter(({id}) => /^(guest|disk)-/.test(id)).map(({id}) => id);
	const onlyOfOthers = ['guest-stale-definition'];
	t.deepEqual(
		aboutGuests.filter(id => !asked.has(id) && !onlyOfOthers.includes(id)),
		[],
	);
});

test('what blocks comes first, and a report is the same however the facts are ordered', t => {
	const facts = world({guest: {agent: false, snapshots: ['b', 'a']}, host: {lock: 'run 8'}});
	const two = {...facts, destinations: [...facts.destinations, {...host, name: 'kvm3', uuid: 'third', lock: 'run 9'}]};
	const {findings} = preflight(two);
	t.deepEqual(
		findings.filter(({outcome}) => outcome === 'found').map(({severity, reason}) => `${severity}: ${reason}`),
		[
			'blocks: the guest has the snapshot a; libvirt cannot migrate guests with snapshots',
			'blocks: the guest has the snapshot b; libvirt cannot migrate guests with snapshots',
			'warns: the guest agent is not connected: virsh domtime --sync cannot set the clock after the move',
			'warns: another run is changing this host: run 8',
			'warns: another run is changing this host: run 9',
		],
	);
	t.deepEqual(preflight({...two, destinations: two.destinations.toReversed()}).findings, findings);
});

test('what blocks the run, a destination and a guest are kept apart', t => {
	const report = preflight(
		world({
			source: {lock: 'run-7'},
			host: {uuid: source.uuid, freeKib: 0},
			guest: {snapshots: ['old'], devices: [{kind: 'pci', name: '0000:01:00.0', isTeamed: false}], agent: false},
			pair: {disks: [{target: 'vda', found: 'foreign'}]},
		}),
	);
	const ids = (findings: readonly Finding[]) => findings.map(({rule}) => rule);
	t.deepEqual(ids(blockersOfRun(report)), ['source-free']);
	t.deepEqual(ids(blockersOfDestinations(report).get('kvm2') ?? []), ['destination-is-another']);
	t.deepEqual(ids(blockersOfDestinations(report).get('kvm3') ?? []), []);
	t.deepEqual(obstaclesOf(report).get('uuid of web1'), [
		{modes: ['live', 'cold'], reason: 'the guest has the snapshot old; libvirt cannot migrate guests with snapshots'},
		{modes: ['live', 'cold'], reason: 'pci 0000:01:00.0: a PCI device of the host cannot be moved'},
		{
			host: 'kvm2',
			modes: ['live', 'cold'],
			reason: 'vda: /images/web1.qcow2 exists, and vacate never overwrites a file it did not create',
		},
	]);
});

test('what is not known stands in the way as what blocks does, but for what only warns', t => {
	const report = preflight({...without('guest', 'snapshots')});
	t.deepEqual(obstaclesOf(report).get('uuid of web1'), [{modes: ['live', 'cold'], reason: 'not checked: snapshots'}]);
	t.is(obstaclesOf(preflight(without('guest', 'agent'))).size, 0);
});

test('versions are compared by their numbers', t => {
	t.true(isOlder('8.9.12', '9.0.0'));
	t.true(isOlder('7.2', '7.10'));
	t.false(isOlder('10.0.0', '9.99.99'));
	t.false(isOlder('7.2', '7.2.0'));
	t.false(isOlder('7.2.22 (Debian 1:7.2+dfsg-7)', '7.2.22'));
});

test('the documentation names every rule with its check', t => {
	const text = readFileSync(new URL('../../../docs/preflight.md', import.meta.url), 'utf8');
	const documented = [...text.matchAll(/^\| (\d+) \| (.+?) \|/gm)].flatMap(([, check, ids = '']) =>
		[...ids.matchAll(/`([a-z-]+)`/g)].map(([, id]) => `${check} ${id}`),
	);
	t.deepEqual(documented.sort(), rules.map(({check, id}) => `${check} ${id}`).sort());
});

test('findings of a rule that somebody accepts are warnings, and keep no guest', t => {
	const report = preflight(
		world({pair: {lacks: [lack('guest-files', 'its kernel, /boot/x, does not exist on kvm2')]}}),
	);
	t.is(obstaclesOf(report).get(guest.uuid)?.length, 1);
	const accepted = accepting(report, ['guest-files']);
	t.deepEqual([...obstaclesOf(accepted)], []);
	t.deepEqual(
		accepted.findings.map(({rule, severity}) => `${rule} ${severity}`),
		['guest-files warns'],
	);
	t.is(obstaclesOf(accepting(report, ['guest-cpu'])).get(guest.uuid)?.length, 1);
});
