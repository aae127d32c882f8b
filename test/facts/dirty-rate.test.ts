import test from 'ava';
import {readDirtyRates} from '../../src/facts/read-dirty-rate.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, Shell} from '../../src/shell/shell.ts';
import {parseDirtyRate} from '../../src/virsh/migration/dirty-rate.ts';

const answer = (status: number, mib?: number) =>
	`Domain: 'x'\n  dirtyrate.calc_status=${status}\n${mib === undefined ? '' : `  dirtyrate.megabytes_per_second=${mib}\n`}`;

test('a rate is in bytes; none where libvirt has not counted, or has no such guest', t => {
	t.is(parseDirtyRate(answer(2, 30)), 30 * 1024 ** 2);
	t.is(parseDirtyRate(answer(2, 0)), 0);
	t.is(parseDirtyRate(answer(1)), 'counting');
	t.is(parseDirtyRate(answer(0)), null);
	t.is(parseDirtyRate(''), null);
});

test('all guests are counted at the same time, and looked at again while one is still counted', async t => {
	const said: string[] = [];
	let looks = 0;
	const shell: Pick<Shell, 'run'> = {
		async run({argv}: Command): Promise<Outcome> {
			const script = argv.at(-1) ?? '';
			said.push(script);
			const marker = /--- [0-9a-f]{32} ---/.exec(script)?.[0] ?? '';
			const isLook = script.includes('domstats');
			if (isLook) looks += 1;
			const texts = isLook ? [answer(2, 7), looks === 1 ? answer(1) : answer(2, 9), ''] : ['', '', ''];
			return {
				end: 'exited',
				code: 0,
				stdout: texts.map(text => `${text}\n${marker}\n`).join(''),
				stderr: '',
				durationMs: 1,
			};
		},
	};
	const requests = ['a', 'b', 'gone'].map(uuid => ({kind: 'dirty-rate', host: 'kvm1', uuid}) as const);
	t.deepEqual(await readDirtyRates(shell as Shell, 'kvm1', requests), [7 * 1024 ** 2, 9 * 1024 ** 2, null]);
	t.is(said.length, 3);
	t.is(said[0]?.match(/domdirtyrate-calc/g)?.length, 3);
	t.false(said.join().includes('--mode'));
});
