import {createInterface} from 'node:readline/promises';

/** Asks on the terminal. Every answer except yes means no. */
export async function askYes(question: string): Promise<boolean> {
	const lines = createInterface({input: process.stdin, output: process.stderr});
	try {
		return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
	} finally {
		lines.close();
	}
}
