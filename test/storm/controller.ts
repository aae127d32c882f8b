import {type ChildProcess, spawn} from 'node:child_process';
import {createWriteStream} from 'node:fs';

const vacate = new URL('../../src/cli/bin.js', import.meta.url).pathname;

/** The command lines of the program under test: the one place that knows them. */
export const commandLines = {
	run: (playbook: string, inventory: string) => ['run', playbook, '-i', inventory, '--json'],
	/** Brings the newest run of the folder to its end. */
	resume: () => ['resume', 'last', '--json'],
} as const;

/** How a controller ended, and all that it said. */
export type Said = {
	/** Null when a signal ended it. */
	readonly code: number | null;
	/** By the nemesis. */
	readonly killed: boolean;
	readonly text: string;
};

export type Controller = {
	readonly child: ChildProcess;
	/** Kills it as the nemesis does. */
	kill(): void;
	/** It has begun to move guests, or has ended. */
	readonly atWork: Promise<unknown>;
	readonly ended: Promise<Said>;
};

/** The program under test, or one that does the same and dies at a point. */
type Program = {readonly program: string; readonly environment: Readonly<Record<string, string>>};

/** Starts the program under test in a folder. What it says is kept in `log`. */
export function startController(
	args: readonly string[],
	folder: string,
	log: string,
	{program, environment}: Program = {program: vacate, environment: {}},
): Controller {
	const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {...process.env, ...environment},
	});
	const file = createWriteStream(log, {flags: 'a'});
	let text = '';
	let killed = false;
	let begin = () => {};
	const begun = new Promise<void>(resolve => {
		begin = resolve;
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', chunk => {
			text += chunk;
			if (text.includes('"action-started"')) begin();
			file.write(chunk);
		});
	}
	const ended = new Promise<Said>(resolve => {
		child.on('close', code => {
			file.end();
			resolve({code, killed, text});
		});
	});
	return {
		child,
		kill() {
			killed = child.kill('SIGKILL');
		},
		atWork: Promise.race([begun, ended]),
		ended,
	};
}
