import {createInterface} from 'node:readline/promises';
import {Writable} from 'node:stream';
import {InputError} from '../errors.ts';
import {Secret} from '../shell/secret.ts';

/**
 * Asks at the terminal; what is typed is not shown.
 *
 * @throws InputError where there is no terminal, or the question is not answered.
 */
export async function askSecretly(question: string): Promise<Secret> {
	if (!process.stdin.isTTY) {
		const hint = 'let a file or a program hold it: --vault-password-file FILE';
		throw new InputError([{message: `'${question.trim()}' cannot be asked: there is no terminal`, hint}]);
	}
	process.stderr.write(question);
	const silent = new Writable({write: (_chunk, _encoding, done) => done()});
	const lines = createInterface({input: process.stdin, output: silent, terminal: true});
	const stopped = new AbortController();
	lines.once('SIGINT', () => stopped.abort());
	try {
		return new Secret(await lines.question('', {signal: stopped.signal}));
	} catch {
		throw new InputError([{message: 'the question was not answered'}]);
	} finally {
		lines.close();
		process.stderr.write('\n');
	}
}
