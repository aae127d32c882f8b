import {type ChildProcess, spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {createInterface, type Interface} from 'node:readline';

export type Question = {
	readonly program: string;
	readonly argv: readonly string[];
	readonly cwd: string;
};

export type Answer = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** Debian's ansible-core, asked many times without starting it anew. */
export class Oracle {
	readonly #process: ChildProcess;
	readonly #answers: AsyncIterator<string>;
	readonly #lines: Interface;
	#last: Promise<unknown> = Promise.resolve();

	/** @param programs Loaded at once: `ansible-inventory`. */
	constructor(programs: readonly string[]) {
		const here = new URL('../../../test/conformance/', import.meta.url).pathname;
		const child = spawn(pythonOf(programs[0] ?? ''), ['-u', join(here, 'oracle.py'), ...programs], {
			stdio: ['pipe', 'pipe', 'inherit'],
			// Only what is asked for shall count: no configuration of this machine, no colours.
			env: {PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C.UTF-8', ANSIBLE_CONFIG: join(here, 'ansible.cfg')},
		});
		this.#process = child;
		this.#lines = createInterface({input: child.stdout});
		this.#answers = this.#lines[Symbol.asyncIterator]();
	}

	ask(question: Question): Promise<Answer> {
		const answer = this.#last.then(async () => {
			this.#process.stdin?.write(`${JSON.stringify(question)}\n`);
			const {value, done} = await this.#answers.next();
			if (done === true) throw new Error('the oracle has ended');
			return JSON.parse(value) as Answer;
		});
		this.#last = answer.catch(() => {});
		return answer;
	}

	end(): void {
		this.#process.stdin?.end();
		this.#lines.close();
	}
}

/** The interpreter that a program of Debian's is run with: another one would not have its modules. */
function pythonOf(program: string): string {
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		try {
			const [, python] = /^#!\s*(\S*python\S*)/.exec(readFileSync(join(folder, program), 'utf8')) ?? [];
			if (python !== undefined) return python;
		} catch {}
	}
	throw new Error(`${program} is not installed: apt-get install ansible-core`);
}
