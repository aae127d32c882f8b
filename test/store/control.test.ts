import {spawn} from 'node:child_process';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {PrerequisiteError} from '../../src/errors.ts';
import {abortRun, isAlive, RunControl} from '../../src/store/control.ts';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'vacate-control-'));
	await work(folder);
	await rm(folder, {recursive: true});
}

const claimer = `
import(process.argv[1]).then(async ({RunControl}) => {
	process.on('message', async () => {
		const claimed = await RunControl.claim(process.argv[2], 'r1').then(() => true, () => false);
		process.send(claimed);
	});
	process.send('ready');
});
setInterval(() => {}, 1000);
`;

/** Processes that claim a run at the same moment. */
async function rivals(folder: string, count: number) {
	const module = new URL('../../src/store/control.js', import.meta.url).href;
	const all = Array.from({length: count}, () =>
		spawn(process.execPath, ['-e', claimer, module, folder], {stdio: ['ignore', 'inherit', 'inherit', 'ipc']}),
	);
	const heard = (child: (typeof all)[number]) => new Promise(resolve => child.once('message', resolve));
	await Promise.all(all.map(heard));
	const answers = all.map(heard);
	for (const child of all) child.send('now');
	return {all, claimed: await Promise.all(answers)};
}

test('of processes that claim a run at once one gets it, also when dead ones have left their sockets', async t => {
	await inFolder(async folder => {
		for (let generation = 1; generation <= 3; generation++) {
			const {all, claimed} = await rivals(folder, 4);
			t.is(claimed.filter(Boolean).length, 1, `generation ${generation}`);
			t.true(await isAlive(folder));
			await Promise.all(
				all.map(child => {
					const gone = new Promise(resolve => child.once('exit', resolve));
					child.kill('SIGKILL');
					return gone;
				}),
			);
			t.false(await isAlive(folder), 'who was killed holds nothing');
		}
	});
});

test('who has a run is told to stop, also before it can; then another may have it', async t => {
	await inFolder(async folder => {
		const control = await RunControl.claim(folder, 'r1');
		await t.throwsAsync(RunControl.claim(folder, 'r1'), {
			instanceOf: PrerequisiteError,
			message: 'r1 is still in progress',
		});
		const aborted = abortRun(folder, ' {"operator":"anna"}');
		const text = await new Promise<string>(resolve => control.onAbort(resolve));
		t.is(text.trim(), '{"operator":"anna"}');
		await control.close();
		t.true(await aborted);
		t.false(await abortRun(folder));
		t.deepEqual(await readdir(folder), []);
		await (await RunControl.claim(folder, 'r1')).close();
	});
});
