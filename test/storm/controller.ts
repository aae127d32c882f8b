import {type ChildProcess, spawn} from 'node:child_process';
import {createWriteStream} from 'node:fs';

const program = new URL('../../src/cli/main.js', import.meta.url).pathname;

/** The command lines of the program under test: the one place that knows them. */
export const commandLines = {
	run: (playbook: string, inventory: string) => ['run', playbook, '-i', inventory, '--json'],
	/** Brings the newest run of the folder to its end. */
	resume: () => ['resume', '--last', '--json'],
} as const;

/** How a controller ended, and all that it said. */
export type Said = {readonly code: number | null; readonly text: string};

/** Starts the program under test in a folder. What it says is kept in `log`. */
export function startController(
	args: readonly string[],
	folder: string,
	log: string,
): {readonly child: ChildProcess; readonly ended: Promise<Said>} {
	const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const file = createWriteStream(log, {flags: 'a'});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', chunk => {
			text += chunk;
			file.write(chunk);
		});
	}
	const ended = new Promise<Said>(resolve => {
		child.on('close', code => {
			file.end();
			resolve({code, text});
		});
	});
	return {child, ended};
}
