import {createInterface} from 'node:readline';

const answers: Readonly<Record<string, 'yes' | 'all'>> = {y: 'yes', yes: 'yes', c: 'all', continue: 'all'};

/** Asks for approval before each task, until it is closed. */
export type TaskPrompt = {ask(task: string): Promise<'yes' | 'no' | 'all'>; close(): void};

/** Asks on a terminal. Every answer except yes, and the end of the input, means no. */
export function askBeforeTasks(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): TaskPrompt {
	const lines = createInterface({input});
	const answered = lines[Symbol.asyncIterator]();
	return {
		async ask(task) {
			output.write(`Run task '${task}'? (N)o/(y)es/(c)ontinue: `);
			const {value, done} = await answered.next();
			return done === true ? 'no' : (answers[value.trim().toLowerCase()] ?? 'no');
		},
		close: () => lines.close(),
	};
}
