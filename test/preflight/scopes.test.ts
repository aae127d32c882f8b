import test from 'ava';
import {preflight} from '../../src/preflight/preflight.ts';
import {rules} from '../../src/preflight/rules.ts';
import {host, world} from './world.ts';

test('a rule of the source is named after it, and one of the plan looks at the run', t => {
	const named = (scope: string) => rules.filter(rule => rule.scope === scope).map(({id}) => id);
	t.true(
		named('source').every(id => id.startsWith('source-')),
		named('source').join(),
	);
	t.deepEqual(named('run'), ['plan-rules', 'plan-homes', 'plan-way-back', 'plan-window']);
	t.deepEqual(
		rules.filter(({id, scope}) => id.startsWith('source-') && scope !== 'source').map(({id}) => id),
		[],
	);
});

test('every finding has the scope of its rule, and names what that scope has', t => {
	// Of guests without disks nothing can be said of one disk.
	const bare = {...host, name: 'kvm3', uuid: 'third'};
	const nothingKnown = {
		...world(),
		source: {name: 'kvm1'},
		destinations: [{name: 'kvm2'}, bare],
		guests: [{uuid: 'uuid of web1', name: 'web1'}],
		pairs: [],
		paths: [],
		plan: {
			tls: true,
			perDestination: 1,
			dropsContents: false,
			logsIn: true,
			counts: {dirtyRates: false, blockers: false},
		},
	};
	const {findings} = preflight(nothingKnown);
	const scopes = new Map(rules.map(({id, scope}) => [id, scope]));
	for (const {rule, scope, guest, destination} of findings) {
		t.is(scopes.get(rule), scope, rule);
		t.is(guest !== undefined, ['guest', 'pair', 'disk', 'disk-pair'].includes(scope), `${rule} ${scope}`);
		t.is(destination !== undefined, ['destination', 'path', 'pair', 'disk-pair'].includes(scope), `${rule} ${scope}`);
	}
	t.deepEqual([...new Set(findings.map(({scope}) => scope))].sort(), [
		'destination',
		'disk',
		'disk-pair',
		'guest',
		'pair',
		'path',
		'run',
		'source',
	]);
});
