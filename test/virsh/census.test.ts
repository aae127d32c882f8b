import test from 'ava';
import {batch, splitBatch} from '../../src/virsh/batch.ts';
import {parseDomains, parseDomainsFor} from '../../src/virsh/domains.ts';

const uuid = 'd9014867-ec95-4eda-b042-c2816882607c';
const other = 'ad342834-86c7-4bf1-ad63-fc49d20d93fe';

test('a batch is one virsh process whose answers a marker tells apart', t => {
	const {argv} = batch(
		'kvm1',
		[
			['dumpxml', uuid],
			['echo', "it's"],
		],
		'mark',
	);
	t.is(argv.at(-1), `dumpxml ${uuid}; echo --str '\nmark\n'; echo 'it'\\''s'; echo --str '\nmark\n'`);
	t.deepEqual(splitBatch('one\n\nmark\ntwo\n\nmark\n', 2, 'mark'), ['one\n', 'two\n']);
	t.throws(() => splitBatch('one\n\nmark\n', 2, 'mark'), {message: 'virsh answered 1 of 2 subcommands'});
	t.throws(() => splitBatch('<x>\nmark\n</x>\n\nmark\n', 1, 'mark'), {message: /answered 2 of 1/});
});

const figures = (name: string, state: number) =>
	`Domain: '${name}'\n  state.state=${state}\n  state.reason=1\n  balloon.current=16384\n  balloon.maximum=16384\n  vcpu.current=2\n  vcpu.maximum=4\n\n`;

test('a census, as libvirt 9 prints it', t => {
	const names = `${uuid} web 1\n${other} off\n\n`;
	const off = "Domain: 'off'\n  state.state=5\n  state.reason=4\n\n";
	t.deepEqual(parseDomains([names, `${uuid}\n${other}\n\n`, `${other}\n\n`, `${figures('web 1', 1)}${off}`]), {
		doubts: [],
		entries: [
			{
				uuid,
				name: 'web 1',
				state: 'running',
				reason: 'booted',
				persistent: true,
				autostart: false,
				memoryKib: 16384,
				vcpus: 2,
			},
			{
				uuid: other,
				name: 'off',
				state: 'shut off',
				reason: 'migrated',
				persistent: true,
				autostart: true,
				memoryKib: 0,
				vcpus: 0,
			},
		],
	});
});

/** Recorded on libvirt 9.0: `virsh list --all --uuid --name` and `virsh domstats --raw --nowait --state`. */
const recorded = [
	['0a1d7f82-e4ea-4c40-89d8-b185f2b42790', ' lead'],
	['9cbed29d-095b-4c46-9866-b2f6a4d8f74d', '--name'],
	['192217bf-9cca-471a-9f1e-ce46e5475a62', 'a'],
	['b674e8c1-7dca-42b5-8f7e-e2a47f568bc3', 'a\rb'],
	['17d447b3-e1a9-48d4-818d-4ee3c8543bf3', 'a '],
	['0952098c-1c45-485c-896e-390006fdf59d', 'a                             '],
	['748c3606-803a-4ad5-bf01-ae09d4326d2b', "Domain: 'a'"],
	['bc3d654e-ff6d-4baa-a38d-5250baeacee7', 'D\u0085x'],
	['32ed0f7e-7595-42db-ade9-7492d0530ccd', 'ls1\u2028x'],
	['8035e491-bede-451e-91ec-be25c10faaa8', "q'u"],
	['34c13c5b-c15b-4354-8184-c332f2965762', 't\tb'],
	['056c2851-1aab-4922-aded-de9e9d13f519', 'trail '],
	['482bc8c8-8c25-4013-b766-79e5d27ac137', '\u00a0nb'],
] as const;

test('names are read as they are: blanks at their ends, tabs, carriage returns, separators of lines', t => {
	const names = `${recorded.map(([id, name]) => `${id} ${name}\n`).join('')}\n`;
	// In another order, as libvirt gives them.
	const stats = recorded
		.toReversed()
		.map(([, name], index) => figures(name, index % 2 === 0 ? 1 : 5))
		.join('');
	const {entries, doubts} = parseDomains([names, '', '', stats]);
	t.deepEqual(doubts, []);
	t.deepEqual(
		entries.map(({uuid: id, name, state}) => [id, name, state]),
		recorded.map(([id, name], index) => [id, name, (recorded.length - 1 - index) % 2 === 0 ? 'running' : 'shut off']),
	);
});

test('a domain that one subcommand tells and another does not is a doubt that names it', t => {
	t.deepEqual(parseDomains([`${uuid} web1\n`, '', '', '']), {
		entries: [],
		doubts: [`"web1" (${uuid}) is listed, but has no state`],
	});
	t.deepEqual(parseDomains(['\n', '', '', figures('web1 ', 1)]), {
		entries: [],
		doubts: ['"web1 " has a state, but is not listed'],
	});
	t.deepEqual(parseDomains([`${uuid} web1\n`, '', '', "Domain: 'web1'\n  balloon.maximum=1\n\n"]).doubts, [
		`"web1" (${uuid}) is listed, but has no state`,
	]);
});

test('asked by UUID, a domain has gone only when it gives no answer and is listed no more', t => {
	const ask = (name: string, stats: string, listed: string) => parseDomainsFor([uuid], [name, stats, '', '', listed]);
	t.is(ask('web1\n', figures('web1', 1), `${uuid} web1\n`).entries[0]?.state, 'running');
	t.deepEqual(ask('', '', '\n'), {entries: [], doubts: []});
	t.deepEqual(ask('', '', `${uuid} web1\n`).doubts, [`"" (${uuid}) is listed, but has no state`]);
	t.deepEqual(ask('web1\n', '', '\n').doubts, [`"web1" (${uuid}) is listed, but has no state`]);
	t.deepEqual(ask('web1\n', figures('web1', 1), `${uuid} web1\n${other} new\n`).doubts, [
		`"new" (${other}) is listed, but has no state`,
	]);
});
