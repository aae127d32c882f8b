import {parseLibvirtCapabilities, readLibvirtCapabilities} from '../capabilities/libvirt.ts';
import {parseSystemCapabilities, readSystemCapabilities} from '../capabilities/system.ts';
import {content, parseContent} from '../files/content.ts';
import {digest, parseDigest} from '../files/digest.ts';
import {folder, parseFolder} from '../files/folder.ts';
import {parsePorts, ports} from '../files/ports.ts';
import {parseStat, parseStats, stat, stats} from '../files/stat.ts';
import {lookAtLock, parseLock} from '../locks/look.ts';
import {info, parseInfo} from '../qemu-img/info.ts';
import type {Command} from '../shell/command.ts';
import {demand, failureOf} from '../shell/demand.ts';
import type {Outcome, Shell} from '../shell/shell.ts';
import {batch, splitBatch} from '../virsh/batch.ts';
import {blockersWords, parseBlockers} from '../virsh/blockers.ts';
import {maxDowntimeArgs, parseMaxDowntime} from '../virsh/convergence.ts';
import {domainArtifacts, parseDomainArtifacts, parseSecrets, secrets} from '../virsh/domain-artifacts.ts';
import {domainDetailsArgs, parseDomainDetails} from '../virsh/domain-details.ts';
import {listDomains, parseDomains} from '../virsh/domains.ts';
import {completedJobArgs, domjobinfoArgs, parseJob} from '../virsh/domjobinfo.ts';
import {dumpxmlArgs, parseDefinition} from '../virsh/dumpxml.ts';
import {hostnameOver} from '../virsh/hostname.ts';
import {hypervisorCpuCompare, parseCpuVerdict} from '../virsh/hypervisor-cpu-compare.ts';
import {helpMigrate, parseHelpMigrate} from '../virsh/migrate.ts';
import {nodememstats, parseNodememstats} from '../virsh/nodememstats.ts';
import type {Capabilities, FactKind, Request, Value} from './facts.ts';
import {readCertificates} from './read-certificates.ts';
import {readDirtyRates} from './read-dirty-rate.ts';
import {readPathProbe} from './read-path.ts';
import {readPathSpeed} from './read-path-speed.ts';

/**
 * Reads all that is asked of one kind from one host, in as few commands as the kind allows. Values in order: of one command
 * all come or none, of several each by itself.
 */
type Reader<Kind extends FactKind> = (
	shell: Shell,
	host: string,
	requests: readonly Request<Kind>[],
) => Promise<readonly Value<Kind>[]> | readonly Promise<Value<Kind>>[];

/** How each kind of fact is read. */
export const readers: {readonly [Kind in FactKind]: Reader<Kind>} = {
	host: each((shell, {host}) => readOne(shell, nodememstats(host), parseNodememstats)),
	capabilities: each((shell, {host}) => readCapabilities(shell, host)),
	cpu: each(async (shell, {host, ...wanted}) => {
		const command = hypervisorCpuCompare(host, wanted);
		const outcome = await shell.run(command);
		const verdict = outcome.end === 'exited' ? parseCpuVerdict(`${outcome.stdout}\n${outcome.stderr}`) : undefined;
		if (verdict === undefined) throw failureOf(command, outcome);
		return verdict;
	}),
	login: each(async (shell, {host, uri}) => {
		const command = hostnameOver(host, uri);
		const outcome = await shell.run(command);
		if (outcome.end === 'exited' && outcome.code === 0) return 'works';
		if (outcome.end === 'lost' || outcome.end === 'aborted') throw failureOf(command, outcome);
		return {
			why:
				outcome.stderr
					.trim()
					.replace(/^error: /gm, '')
					.replaceAll('\n', '; ') || outcome.end,
		};
	}),
	'migrate-options': each((shell, {host}) => readOne(shell, helpMigrate(host), parseHelpMigrate)),
	domains: each((shell, {host}) => readOne(shell, listDomains(host), parseDomains)),
	image: each((shell, {host, path, format}) => readOne(shell, info(host, path, format), parseInfo)),
	content: each((shell, {host, path}) => readOne(shell, content(host, path), parseContent)),
	folder: each((shell, {host, path}) => findOne(shell, folder(host, path), parseFolder)),
	digest: each((shell, {host, path}) => readOne(shell, digest(host, path), parseDigest)),
	'domain-artifacts': each((shell, {host}) => readOne(shell, domainArtifacts(host), parseDomainArtifacts)),
	secrets: each((shell, {host}) => readOne(shell, secrets(host), parseSecrets)),
	ports: each((shell, {host}) => readOne(shell, ports(host), parsePorts)),
	path: readPaths,
	'domain-details': async (shell, host, requests) => {
		const words = requests.map(({uuid, targets}) => domainDetailsArgs(uuid, targets));
		const outcome = await demand(shell, batch(host, words.flat()));
		const texts = splitBatch(outcome.stdout, words.flat().length);
		let at = 0;
		return Promise.all(
			requests.map(({targets}, index) => {
				const own = texts.slice(at, at + (words[index]?.length ?? 0));
				at += own.length;
				return parseDomainDetails(own, targets);
			}),
		);
	},
	virsh: async (shell, host, requests) => {
		const subcommands = requests.map(({args}) => args);
		const stdout = (await demand(shell, batch(host, subcommands))).stdout;
		return splitBatch(stdout, subcommands.length).map(text => text.trim());
	},
	domain: together(dumpxmlArgs, async text => (text.trim() === '' ? undefined : parseDefinition(text))),
	job: together(domjobinfoArgs, async text => parseJob(text)),
	'dirty-rate': readDirtyRates,
	'path-probe': each(readPathProbe),
	'path-speed': each(readPathSpeed),
	certificates: each((shell, {host}) => readCertificates(shell, host)),
	lock: each((shell, {host}) => readOne(shell, lookAtLock(host), parseLock)),
	blockers: together(blockersWords, async text => parseBlockers(text)),
	downtime: together(maxDowntimeArgs, async text => parseMaxDowntime(text)),
	completed: together(completedJobArgs, async text => parseJob(text)),
};

/** So many paths in one command: an argument list has an end. */
const mostPaths = 200;

async function readPaths(shell: Shell, host: string, requests: readonly Request<'path'>[]) {
	const [first] = requests;
	if (requests.length === 1 && first !== undefined) return [await readPath(shell, host, first.path)];
	const found: Value<'path'>[] = [];
	for (let at = 0; at < requests.length; at += mostPaths) {
		const paths = requests.slice(at, at + mostPaths).map(({path}) => path);
		const command = stats(host, paths);
		const outcome = await demand(shell, command);
		const some = parseStats(outcome.stdout, paths.length);
		if (some === undefined) throw failureOf(command, outcome);
		found.push(...some);
	}
	return found;
}

async function readPath(shell: Shell, host: string, path: string): Promise<Value<'path'>> {
	const command = stat(host, path);
	const outcome = await shell.run(command);
	const found = outcome.end === 'exited' ? parseStat(outcome.code, outcome.stdout, outcome.stderr) : undefined;
	if (found === undefined) throw failureOf(command, outcome);
	return found;
}

/** The clock is read in the middle of the command, as far as can be told. */
async function readCapabilities(shell: Shell, host: string): Promise<Capabilities> {
	const begun = Date.now();
	const [system, libvirt] = await Promise.all([
		readOne(shell, readSystemCapabilities(host), parseSystemCapabilities).then(({clockMs, ...rest}) => ({
			...rest,
			clockOffsetMs: Math.round(clockMs - (begun + Date.now()) / 2),
		})),
		readOne(shell, readLibvirtCapabilities(host), parseLibvirtCapabilities),
	]);
	return {...libvirt, ...system};
}

function each<Kind extends FactKind>(
	readIt: (shell: Shell, request: Request<Kind>) => Promise<Value<Kind>>,
): Reader<Kind> {
	return (shell, _host, requests) => requests.map(request => readIt(shell, request));
}

function together<Kind extends 'domain' | 'job' | 'completed' | 'downtime' | 'blockers'>(
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

/** Reads what a command says in its exit code too. */
async function findOne<T>(
	shell: Shell,
	command: Command,
	parse: (code: number, stdout: string, stderr: string) => T | undefined,
): Promise<T> {
	const outcome = await shell.run(command);
	const found = outcome.end === 'exited' ? parse(outcome.code, outcome.stdout, outcome.stderr) : undefined;
	if (found === undefined) throw failureOf(command, outcome);
	return found;
}
