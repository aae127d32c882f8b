import {content, parseContent} from '../files/content.ts';
import {parseStat, stat} from '../files/stat.ts';
import {info, parseInfo} from '../qemu-img/info.ts';
import type {Command} from '../shell/command.ts';
import {demand, failureOf} from '../shell/demand.ts';
import type {Outcome, Shell} from '../shell/shell.ts';
import {batch, splitBatch} from '../virsh/batch.ts';
import {census, parseCensus} from '../virsh/census.ts';
import {completedWords, domjobinfoWords, parseJob} from '../virsh/domjobinfo.ts';
import {dumpxmlWords, parseDefinition} from '../virsh/dumpxml.ts';
import {nodememstats, parseNodememstats} from '../virsh/nodememstats.ts';
import type {FactKind, Request, Value} from './facts.ts';

/** Reads all that is asked of one kind from one host, in as few commands as the kind allows. Values in order. */
type Reader<Kind extends FactKind> = (
	shell: Shell,
	host: string,
	requests: readonly Request<Kind>[],
) => Promise<readonly Value<Kind>[]>;

/** How each kind of fact is read. */
export const readers: {readonly [Kind in FactKind]: Reader<Kind>} = {
	host: each((shell, {host}) => readOne(shell, nodememstats(host), parseNodememstats)),
	census: each((shell, {host}) => readOne(shell, census(host), parseCensus)),
	image: each((shell, {host, path, format}) => readOne(shell, info(host, path, format), parseInfo)),
	content: each((shell, {host, path}) => readOne(shell, content(host, path), parseContent)),
	path: each(async (shell, {host, path}) => {
		const command = stat(host, path);
		const outcome = await shell.run(command);
		const found = outcome.end === 'exited' ? parseStat(outcome.code, outcome.stdout, outcome.stderr) : undefined;
		if (found === undefined) throw failureOf(command, outcome);
		return found;
	}),
	virsh: async (shell, host, requests) => {
		const subcommands = requests.map(({words}) => words);
		const stdout = (await demand(shell, batch(host, subcommands))).stdout;
		return splitBatch(stdout, subcommands.length).map(text => text.trim());
	},
	domain: together(dumpxmlWords, async text => (text.trim() === '' ? undefined : parseDefinition(text))),
	job: together(domjobinfoWords, async text => parseJob(text)),
	completed: together(completedWords, async text => parseJob(text)),
};

function each<Kind extends FactKind>(
	readIt: (shell: Shell, request: Request<Kind>) => Promise<Value<Kind>>,
): Reader<Kind> {
	return (shell, _host, requests) => Promise.all(requests.map(request => readIt(shell, request)));
}

function together<Kind extends 'domain' | 'job' | 'completed'>(
	words: (uuid: string) => readonly string[],
	parse: (text: string) => Promise<Value<Kind>>,
): Reader<Kind> {
	return async (shell, host, requests) => {
		const subcommands = requests.map(request => words(request.uuid));
		const outcome = await demand(shell, batch(host, subcommands));
		return Promise.all(splitBatch(outcome.stdout, subcommands.length).map(parse));
	};
}

async function readOne<T>(shell: Shell, command: Command, parse: (stdout: string) => T): Promise<T> {
	const outcome: Outcome = await demand(shell, command);
	return parse(outcome.stdout);
}
