import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {UnreachableError} from '../../src/errors.ts';
import {askToStop} from '../../src/locks/ask-to-stop.ts';
import {HostLocks} from '../../src/locks/host-locks.ts';
import {read} from '../../src/shell/command.ts';
import {localShell} from '../../src/shell/local.ts';

const local = 'this machine';

test.serial('a second run is refused and learns who holds the lock', async t => {
	const first = new HostLocks(localShell(), {run: 'one', text: 'of ann@desk, since noon'}, () => {});
	const second = new HostLocks(localShell(), {run: 'two', text: 'of bob@desk, since noon'}, () => {});
	try {
		await first.hold([local]);
		await first.hold([local]);
		const error = await t.throwsAsync(second.hold([local]));
		t.is(error?.message, 'another run is changing this machine: run one of ann@desk, since noon');
		await first.close();
		await t.notThrowsAsync(second.hold([local]), 'what was refused is tried anew');
	} finally {
		await first.close();
		await second.close();
	}
});

const lockFile = `for one in /run/vacate.lock /run/lock/vacate*.lock /tmp/vacate*.lock; do [ ! -O "$one" ] || break; done`;

/** Holds the lock as something other than a run does, until standard input ends. */
function holder(script: string) {
	const child = spawn('sh', ['-c', `${lockFile}; exec 9<"$one"; flock 9; echo held; ${script}`], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');
	return {
		held: once(child.stdout, 'data'),
		async end() {
			child.stdin.end();
			await exited;
		},
	};
}

test.serial('a lock held only while someone looks whether it is free does not refuse a run', async t => {
	const first = new HostLocks(localShell(), {run: 'one', text: 'of ann@desk'}, () => {});
	await first.hold([local]);
	await first.close();
	const looking = holder('sleep 0.3');
	await looking.held;
	const next = new HostLocks(localShell(), {run: 'two', text: 'of bob@desk'}, () => {});
	try {
		await t.notThrowsAsync(next.hold([local]));
	} finally {
		await next.close();
		await looking.end();
	}
});

test.serial('the owner told is the one who holds the lock, even if its name is written late', async t => {
	const first = new HostLocks(localShell(), {run: 'one', text: 'of ann@desk'}, () => {});
	await first.hold([local]);
	await first.close();
	const slow = holder(': >| "$one"; sleep 1.2; echo "run two of bob@desk" >| "$one"; cat');
	await slow.held;
	const refused = new HostLocks(localShell(), {run: 'three', text: 'of cy@desk'}, () => {});
	try {
		await t.throwsAsync(refused.hold([local]), {message: 'another run is changing this machine: run two of bob@desk'});
	} finally {
		await refused.close();
		await slow.end();
	}
});

test.serial('a resumed run waits until the host detects that the former process is dead', async t => {
	const dead = new HostLocks(localShell(), {run: 'one', text: 'of ann@desk, since noon'}, () => {});
	const resumed = new HostLocks(localShell(), {run: 'one', text: 'of ann@desk, since one'}, () => {});
	try {
		await dead.hold([local]);
		let holds = false;
		const held = resumed.hold([local]).then(() => {
			holds = true;
		});
		const other = new HostLocks(localShell(), {run: 'one more', text: 'of bob@desk'}, () => {});
		await t.throwsAsync(other.hold([local]), {message: /run one of ann@desk, since noon/});
		t.false(holds);
		await dead.close();
		await held;
		t.true(holds);
	} finally {
		await dead.close();
		await resumed.close();
	}
});

test.serial('two names of the same host share one lock', async t => {
	const locks = new HostLocks(localShell(), {run: 'one', text: 'of ann@desk'}, () => {});
	try {
		await t.notThrowsAsync(locks.hold([local, 'the same machine']));
	} finally {
		await locks.close();
	}
});

test.serial(
	'the owner of a lock receives a stop request from any machine, and the requester learns when the lock is released',
	async t => {
		await t.throwsAsync(askToStop(localShell(), local), {message: 'no run is changing this machine'});
		let locks: HostLocks | undefined;
		let asked = 0;
		locks = new HostLocks(localShell(), {run: 'one', text: 'of ann@desk, since noon'}, why => {
			asked += 1;
			t.is(why, '{"reason":"it’s urgent"}');
			void locks?.close();
		});
		await locks.hold([local]);
		const owner = await askToStop(localShell(), local, '{"reason":"it’s urgent"}');
		t.is(owner, 'run one of ann@desk, since noon');
		t.is(asked, 1);
		const next = new HostLocks(localShell(), {run: 'two', text: 'of bob@desk'}, () => t.fail('another run was meant'));
		await next.hold([local]);
		await next.close();
		await t.throwsAsync(askToStop(localShell(), local), {message: 'no run is changing this machine'});
	},
);

for (const [title, plant] of [
	['a link to a file', 'ln -s "$1/victim" "$2.stop"'],
	['a link to nothing', 'ln -s "$1/made" "$2.stop"'],
	['a named pipe', 'mkfifo "$2.stop"'],
] as const) {
	test.serial(`a stop request is a new file, whatever has its name: ${title}`, async t => {
		const folder = await mkdtemp(join(tmpdir(), 'vacate-'));
		const shell = localShell();
		const sh = async (script: string) => {
			const find = `lock=; for one in /run/vacate.lock /run/lock/vacate*.lock /tmp/vacate*.lock; do [ -n "$lock" ] || [ ! -O "$one" ] || lock=$one; done`;
			const outcome = await shell.run(
				read(local, ['sh', '-c', `${find}; set -- "$1" "$lock"; ${script}`, 'sh', folder]),
			);
			return outcome.stdout.trim();
		};
		let locks: HostLocks | undefined;
		locks = new HostLocks(shell, {run: 'one', text: 'of ann@desk'}, () => void locks?.close());
		await locks.hold([local]);
		await sh(`echo precious > "$1/victim"; ${plant}`);
		t.is(await askToStop(shell, local), 'run one of ann@desk');
		t.is(
			await sh('stat -c %a "$1/victim"; cat "$1/victim"; ls "$1"; ls "$2".stop* 2>/dev/null'),
			'644\nprecious\nvictim',
		);
	});
}

/** A shell whose lock sessions can be cut. */
function fragileShell() {
	const shell = localShell();
	const open = new Map<AbortController, Promise<unknown>>();
	return {
		async cut() {
			for (const one of open.keys()) one.abort();
			await Promise.allSettled(open.values());
			open.clear();
		},
		shell: {
			...shell,
			run: (...[command, options]: Parameters<typeof shell.run>) => {
				const cut = new AbortController();
				const signal = AbortSignal.any([cut.signal, ...(options?.signal === undefined ? [] : [options.signal])]);
				const running = shell.run(command, {...options, signal});
				open.set(cut, running);
				return running;
			},
		},
	};
}

test.serial('a host whose session is lost is locked again, and nothing is started there before', async t => {
	const {shell, cut} = fragileShell();
	let stops = 0;
	const locks = new HostLocks(shell, {run: 'one', text: 'of ann@desk'}, () => {
		stops += 1;
	});
	const other = new HostLocks(localShell(), {run: 'two', text: 'of bob@desk'}, () => {});
	try {
		await locks.hold([local]);
		await cut();
		await locks.hold([local]);
		await t.throwsAsync(other.hold([local]), {message: /run one of ann@desk/});
		t.is(stops, 0);
	} finally {
		await locks.close();
		await other.close();
	}
});

test.serial('a run stops if another run got the lock in the meantime', async t => {
	const {shell, cut} = fragileShell();
	let stopped: () => void = () => {};
	const stop = new Promise<void>(resolve => {
		stopped = resolve;
	});
	let reachable = true;
	const sometimes = {
		...shell,
		run: async (...args: Parameters<typeof shell.run>) => {
			if (!reachable) throw new UnreachableError(local, 'no route');
			return shell.run(...args);
		},
	};
	const locks = new HostLocks(sometimes, {run: 'one', text: 'of ann@desk'}, () => stopped());
	const other = new HostLocks(localShell(), {run: 'two', text: 'of bob@desk'}, () => {});
	try {
		await locks.hold([local]);
		reachable = false;
		await cut();
		for (let taken = false; !taken; )
			taken = await other.hold([local]).then(
				() => true,
				() => false,
			);
		reachable = true;
		await stop;
		await t.throwsAsync(locks.hold([local]), {message: /run two of bob@desk/});
	} finally {
		await locks.close();
		await other.close();
	}
});
