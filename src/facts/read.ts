import {libvirtSurveyWords, parseLibvirtCapabilities} from '../capabilities/libvirt.ts';
import {parseSystemCapabilities, readSystemCapabilities} from '../capabilities/system.ts';
import {addresses, parseAddresses} from '../files/addresses.ts';
import {content, parseContent} from '../files/content.ts';
import {digest, parseDigest} from '../files/digest.ts';
import {file, parseFile} from '../files/file.ts';
import {folder, parseFolder} from '../files/folder.ts';
import {keptCopies, parseKeptCopies} from '../files/kept/list.ts';
import {parsePorts, ports} from '../files/ports.ts';
import {parseStat, parseStats, stat, stats} from '../files/stat.ts';
import {lookAtLock, parseLock} from '../locks/look.ts';
import type {Command} from '../shell/command.ts';
import {demand, failureOf} from '../shell/demand.ts';
import {parsed} from '../shell/parsed.ts';
import type {Shell} from '../shell/shell.ts';
import {domainArtifactsArgs, parseDomainArtifacts, parseSecrets, secrets} from '../virsh/domain-artifacts.ts';
import {domainDetailsArgs, parseDomainDetails} from '../virsh/domain-details.ts';
import {hostnameOver} from '../virsh/hostname.ts';
import {hypervisorCpuCompare, parseCpuVerdict} from '../virsh/hypervisor-cpu-compare.ts';
import {blockersArgs, parseBlockers} from '../virsh/migration/blockers.ts';
import {maxDowntimeArgs, parseMaxDowntime} from '../virsh/migration/convergence.ts';
import {completedJobArgs, domjobinfoArgs, parseJob} from '../virsh/migration/domjobinfo.ts';
import {helpMigrate, parseHelpMigrate} from '../virsh/migration/migrate.ts';
import {migrationLog, parseMigrationLog} from '../virsh/migration/migration-log.ts';
import {parseQemuConf, qemuConf} from '../virsh/migration/qemu-conf.ts';
import {nodememstats, parseNodememstats} from '../virsh/nodememstats.ts';
import {askAll, askEach, type BatchAnswer} from './ask.ts';
import type {Capabilities, FactKind, Request, Value} from './facts.ts';
import {readCertificates} from './read-certificates.ts';
import {readDirtyRates} from './read-dirty-rate.ts';
import {readDiskUsers} from './read-disk-users.ts';
import {domainArgs, parseDomain} from './read-domain.ts';
import {readDomains} from './read-domains.ts';
import {readImage} from './read-image.ts';
import {readPathProbe} from './read-path.ts';
import {readPathSpeed} from './read-path-speed.ts';

/**
 * Reads all requested facts of one kind from one host, in as few commands as possible. Values are in order: those of
 * one command succeed or fail together.
 */
type Reader<Kind extends FactKind> = (
	shell: Shell,
	host: string,
	requests: readonly Request<Kind>[],
) => Promise<readonly Value<Kind>[]> | readonly Promise<Value<Kind>>[];

/** The reader of each kind of fact. */
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
	domains: each((shell, {host}) => readDomains(shell, host)),
	image: each(readImage),
	content: each((shell, {host, path}) => readOne(shell, content(host, path), parseContent)),
	file: each((shell, {host, path}) => findOne(shell, file(host, path), parseFile)),
	'kept-copies': each((shell, {host}) => readOne(shell, keptCopies(host), parseKeptCopies)),
	'disk-users': each(readDiskUsers),
	folder: each((shell, {host, path}) => findOne(shell, folder(host, path), parseFolder)),
	digest: each((shell, {host, path}) => readOne(shell, digest(host, path), parseDigest)),
	'domain-artifacts': each(async (shell, {host}) =>
		parseDomainArtifacts((await askAll(shell, host, domainArtifactsArgs)).texts),
	),
	secrets: each((shell, {host}) => readOne(shell, secrets(host), parseSecrets)),
	ports: each((shell, {host}) => readOne(shell, ports(host), parsePorts)),
	'qemu-conf': each((shell, {host}) => readOne(shell, qemuConf(host), parseQemuConf)),
	'migration-log': each((shell, {host, guest, sinceMs}) =>
		readOne(shell, migrationLog(host, guest, sinceMs), parseMigrationLog),
	),
	addresses: each((shell, {host}) => readOne(shell, addresses(host), parseAddresses)),
	path: readPaths,
	'domain-details': together(
		({uuid, targets}) => domainDetailsArgs(uuid, targets),
		(texts, {targets}) => parseDomainDetails(texts, targets),
	),
	virsh: together(
		({args}) => [args],
		async ([text = '']) => text.trim(),
	),
	domain: together(({uuid}) => domainArgs(uuid), parseDomain),
	job: together(
		({uuid}) => [domjobinfoArgs(uuid)],
		async ([text = '']) => parseJob(text),
	),
	'dirty-rate': readDirtyRates,
	'path-probe': each(readPathProbe),
	'path-speed': each(readPathSpeed),
	certificates: each((shell, {host}) => readCertificates(shell, host)),
	lock: each((shell, {host}) => readOne(shell, lookAtLock(host), parseLock)),
	blockers: together(
		({uuid}) => [blockersArgs(uuid)],
		async ([text = '']) => parseBlockers(text),
	),
	downtime: together(
		({uuid}) => [maxDowntimeArgs(uuid)],
		async ([text = '']) => parseMaxDowntime(text),
	),
	completed: together(
		({uuid}) => [completedJobArgs(uuid)],
		async ([text = '']) => parseJob(text),
	),
};

/** Maximum number of paths in one command, since argument lists are limited. */
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

/** The clock is assumed to be read in the middle of the command. */
async function readCapabilities(shell: Shell, host: string): Promise<Capabilities> {
	const begun = Date.now();
	const [system, libvirt] = await Promise.all([
		readOne(shell, readSystemCapabilities(host), parseSystemCapabilities).then(({clockMs, ...rest}) => ({
			...rest,
			clockOffsetMs: Math.round(clockMs - (begun + Date.now()) / 2),
		})),
		askAll(shell, host, libvirtSurveyWords).then(({texts, stderr}) =>
			parsed({host, argv: ['virsh', 'capabilities']}, {stdout: '', stderr}, () => parseLibvirtCapabilities(texts)),
		),
	]);
	return {...libvirt, ...system};
}

function each<Kind extends FactKind>(
	readIt: (shell: Shell, request: Request<Kind>) => Promise<Value<Kind>>,
): Reader<Kind> {
	return (shell, _host, requests) => requests.map(request => readIt(shell, request));
}

/** One command for all; unreadable output affects only one fact. */
function together<Kind extends FactKind>(
	words: (request: Request<Kind>) => readonly (readonly string[])[],
	parse: (texts: readonly string[], request: Request<Kind>) => Promise<Value<Kind>>,
): Reader<Kind> {
	return (shell, host, requests) => {
		const all = requests.map(words);
		const answers = askEach(shell, host, all.flat());
		let end = 0;
		return requests.map((request, index) => {
			const begin = end;
			end += all[index]?.length ?? 0;
			return answers.then(async texts => {
				const own = texts.slice(begin, begin + (all[index]?.length ?? 0)).map(textOf);
				const argv = ['virsh', ...(all[index]?.[0] ?? [])] as const;
				return parse(own, request).catch((error: unknown) =>
					parsed({host, argv}, {stdout: '', stderr: ''}, () => {
						throw error;
					}),
				);
			});
		});
	};
}

function textOf(answer: BatchAnswer): string {
	if ('failure' in answer) throw answer.failure;
	return answer.text;
}

async function readOne<T>(shell: Shell, command: Command, parse: (stdout: string) => T): Promise<T> {
	return parsed(command, await demand(shell, command), parse);
}

/** Reads the output and exit code of a command. */
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
