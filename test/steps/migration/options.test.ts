import test from 'ava';
import {StepError} from '../../../src/errors.ts';
import {Facts} from '../../../src/facts/facts.ts';
import {contradictionsIn, saidIn} from '../../../src/steps/migration/options/contradictions.ts';
import {
	demandOptions,
	demandVersions,
	optionRequests,
	saidOfMove,
	versionRequests,
} from '../../../src/steps/migration/options/option-check.ts';
import {virshOptions} from '../../../src/steps/migration/options/virsh-options.ts';
import {virshMigrate} from '../../../src/steps/virsh/virsh_migrate.ts';
import {type MigrateOptions, migrate, migrateFlags, parseHelpMigrate} from '../../../src/virsh/migration/migrate.ts';
import {atHost} from '../../fakes/rig.ts';

const at = atHost('kvm1');

/** Not virsh’s own: `timeout` is kept here, the keepalive stands before the subcommand. */
const others = new Set(['guest', 'to', 'keepalive_interval', 'keepalive_count']);

test('each option that a playbook may say is one of virsh’s', t => {
	const names = Object.keys((virshMigrate.params as {readonly properties: object}).properties).filter(
		name => !others.has(name),
	);
	for (const name of names.filter(name => !name.startsWith('timeout'))) t.true(name in migrateFlags, name);
	for (const name of Object.keys(virshOptions)) t.true(others.has(name) || name in migrateFlags, name);
});

test('options become words, in one order', t => {
	const options: MigrateOptions = {
		tls: true,
		parallel_connections: 4,
		parallel: true,
		comp_methods: ['zlib'],
		live: true,
	};
	const {argv} = migrate({source: 'kvm1', uuid: 'u', desturi: 'd', ...options});
	t.deepEqual(
		argv.slice(argv.indexOf('migrate')),
		'migrate --live --comp-methods zlib --parallel --parallel-connections 4 --tls --domain u --desturi d'.split(' '),
	);
});

test('the options of a host are read from the help of its virsh', t => {
	const help = `  NAME
    migrate - migrate domain to another host

  OPTIONS
    [--domain] <string>  domain name, id or uuid
    --live           live migration
    --parallel-connections <number>  number of connections for parallel migration

`;
	t.deepEqual(parseHelpMigrate(help), ['--domain', '--live', '--parallel-connections']);
	t.throws(() => parseHelpMigrate('error: command ‘migrate’ doesn’t exist\n'), {message: /lists no options/});
});

test('an option that the host’s virsh lacks is refused before anything is done, and only what may lack is asked', t => {
	t.deepEqual(optionRequests({live: true, bandwidth_mib: 5, zerocopy: false}, at), [
		{kind: 'migrate-options', host: 'kvm1'},
	]);
	t.deepEqual(optionRequests({live: true, auto_converge: true, zerocopy: false}, at), []);
	const facts = new Facts().with([[{kind: 'migrate-options', host: 'kvm1'}, ['--live', '--tls']]]);
	t.notThrows(() => demandOptions({live: true, tls: true}, at, facts));
	t.throws(() => demandOptions({live: true, parallel: true, tls: true}, at, facts), {
		instanceOf: StepError,
		message: 'virsh on kvm1 has no option --parallel',
	});
});

test('what is not known yet contradicts nothing', t => {
	const isOpen = (value: unknown) => value === '{{ x }}';
	const told = (params: Record<string, unknown>) =>
		contradictionsIn(saidIn(params, isOpen)).map(({message}) => message);
	t.deepEqual(told({parallel_connections: 4}), ['parallel_connections requires parallel']);
	t.deepEqual(told({parallel_connections: 4, parallel: '{{ x }}'}), []);
	t.deepEqual(told({zerocopy: true, parallel: true, tls: '{{ x }}'}), []);
	t.deepEqual(told({comp_methods: '{{ x }}', comp_mt_level: 3}), []);
	t.deepEqual(told({parallel: false, parallel_connections: 4}), ['parallel_connections requires parallel']);
});

test('post-copy of `migrate` is what its deadline says', t => {
	const isOpen = (value: unknown) => value === '{{ x }}';
	const told = (params: Record<string, unknown>) =>
		contradictionsIn(saidOfMove(params, isOpen)).map(({message}) => message);
	const lateIs = (last: string) => Object.fromEntries([['then', last]]);
	t.deepEqual(told({postcopy_bandwidth_mib: 4}), ['postcopy_bandwidth_mib requires postcopy']);
	t.deepEqual(told({postcopy_bandwidth_mib: 4, deadline: lateIs('postcopy')}), []);
	t.deepEqual(told({postcopy_bandwidth_mib: 4, deadline: lateIs('{{ x }}')}), []);
});

const versions = [
	['both are new enough', '10.1.0', '10.1.2', undefined],
	['the source is older', '10.0.2', '10.1.0', /requires QEMU 10\.1\.0 on both hosts, and kvm1 has 10\.0\.2/],
	['the destination is older', '11.0.0', '7.2.22', /kvm2 has 7\.2\.22/],
] as const;

for (const [title, here, there, says] of versions) {
	test(`parallel connections together with post-copy: ${title}`, t => {
		const hosts = ['kvm1', 'kvm2'];
		const together = {parallel: true, postcopy: true};
		const versions = new Map([
			['kvm1', here],
			['kvm2', there],
		]);
		const facts = new Facts().with(
			versionRequests(together, hosts).map(request => [request, {qemu: versions.get(request.host)}] as const),
		);
		if (says === undefined) t.notThrows(() => demandVersions(together, hosts, facts));
		else t.throws(() => demandVersions(together, hosts, facts), {message: says});
		t.deepEqual(versionRequests({parallel: true}, hosts), [], 'each by itself needs no question');
		t.notThrows(() => demandVersions({postcopy: true}, hosts, new Facts()));
	});
}
