import type {Command} from '../shell/command.ts';
import {domnameWords} from './definition/dumpxml.ts';
import {type DomainState, reasonOf, stateOf} from './states.ts';
import {virsh} from './virsh.ts';

/** A domain of a host, running or only defined. */
export type DomainStatus = {
	readonly uuid: string;
	readonly name: string;
	readonly state: DomainState;
	readonly reason: string;
	/** Has a persistent definition. */
	readonly persistent: boolean;
	readonly autostart: boolean;
	readonly memoryKib: number;
	readonly vcpus: number;
};

/** The domains of a host according to virsh, and contradictions in its outputs. */
export type DomainListAnswer = {readonly entries: readonly DomainStatus[]; readonly doubts: readonly string[]};

/** Only numbers, names and UUIDs, independent of language and table layout. */
const figures = ['domstats', '--raw', '--nowait', '--state', '--balloon', '--vcpu'] as const;
const listed = ['list', '--all', '--uuid', '--name'] as const;
const flags = [
	['list', '--all', '--uuid', '--persistent'],
	['list', '--all', '--uuid', '--autostart'],
] as const;

/** Reads the domains of a host: `virsh list` prints UUIDs and names, `virsh domstats` names and values. */
export const domainListArgs = [listed, ...flags, figures] as const;

/** The command without states, to be run manually. */
export function listDomains(host: string): Command {
	return virsh(host, 'read', listed);
}

/**
 * A name may contain any character except line feeds, so names are compared exactly. A domain that is in the output of
 * only one subcommand is a contradiction, not a domain that no longer exists.
 */
export function parseDomains([
	names = '',
	persistent = '',
	autostart = '',
	stats = '',
]: readonly string[]): DomainListAnswer {
	const domains = parseList(names);
	const figuresOf = new Map(parseDomstats(stats).map(({name, values}) => [name, values]));
	const flagsOf = parseFlags([persistent, autostart]);
	const known = new Set(domains.map(({name}) => name));
	const entries = domains.map(domain => entryOf(domain, figuresOf.get(domain.name), flagsOf));
	return {
		entries: entries.filter(entry => entry !== undefined),
		doubts: [
			...domains.filter((_, index) => entries[index] === undefined).map(withoutState),
			...[...figuresOf.keys()]
				.filter(name => !known.has(name))
				.map(name => `${show(name)} has a state, but is not listed`),
		],
	};
}

/** The same queries for each domain by UUID, followed by the lists again. */
export function domainListArgsFor(uuids: readonly string[]): readonly (readonly string[])[] {
	return [...uuids.flatMap(uuid => [domnameWords(uuid), [...figures, '--domain', uuid]]), ...flags, listed];
}

/** A domain no longer exists if its query fails and it is no longer listed. */
export function parseDomainsFor(uuids: readonly string[], texts: readonly string[]): DomainListAnswer {
	const [persistent = '', autostart = '', names = ''] = texts.slice(2 * uuids.length);
	const flagsOf = parseFlags([persistent, autostart]);
	const stillListed = parseList(names);
	const answers = uuids.map((uuid, index) => {
		const name = texts[2 * index]?.replace(/\n+$/, '') ?? '';
		const [figuresOf] = parseDomstats(texts[2 * index + 1] ?? '');
		const entry = figuresOf?.name === name ? entryOf({uuid, name}, figuresOf.values, flagsOf) : undefined;
		return {uuid, name: name === '' ? figuresOf?.name : name, entry};
	});
	const gone = new Set(
		answers
			.filter(({uuid, name}) => name === undefined && !stillListed.some(domain => domain.uuid === uuid))
			.map(({uuid}) => uuid),
	);
	return {
		entries: answers.flatMap(({entry}) => entry ?? []),
		doubts: [
			...answers
				.filter(({uuid, entry}) => entry === undefined && !gone.has(uuid))
				.map(({uuid, name = ''}) => withoutState({uuid, name})),
			...stillListed.filter(({uuid}) => !uuids.includes(uuid)).map(withoutState),
		],
	};
}

type Domain = {readonly uuid: string; readonly name: string};
type Figures = ReadonlyMap<string, string>;
type Flags = {readonly persistent: ReadonlySet<string>; readonly autostart: ReadonlySet<string>};

/** Undefined without a state. */
function entryOf(
	domain: Domain,
	values: Figures | undefined,
	{persistent, autostart}: Flags,
): DomainStatus | undefined {
	const number = values?.get('state.state');
	if (values === undefined || number === undefined) return undefined;
	const state = stateOf(Number(number));
	return {
		...domain,
		state,
		reason: reasonOf(state, Number(values.get('state.reason'))),
		persistent: persistent.has(domain.uuid),
		autostart: autostart.has(domain.uuid),
		memoryKib: Number(values.get('balloon.maximum') ?? 0),
		vcpus: Number(values.get('vcpu.current') ?? 0),
	};
}

function withoutState({uuid, name}: Domain): string {
	return `${show(name)} (${uuid}) is listed, but has no state`;
}

/** A name with visible spaces and control characters. */
function show(name: string): string {
	return JSON.stringify(name);
}

/** Lines `UUID NAME`: the name extends from the space to the line feed, which names cannot contain. */
function parseList(text: string): readonly Domain[] {
	return linesOf(text).flatMap(line => {
		const uuid = line.slice(0, 36);
		return isUuid(uuid) && line[36] === ' ' ? [{uuid, name: line.slice(37)}] : [];
	});
}

function parseFlags([persistent = '', autostart = '']: readonly string[]): Flags {
	return {persistent: uuidsOf(persistent), autostart: uuidsOf(autostart)};
}

function uuidsOf(text: string): ReadonlySet<string> {
	return new Set(
		linesOf(text)
			.map(line => line.slice(0, 36))
			.filter(isUuid),
	);
}

function isUuid(text: string): boolean {
	return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** Without regular expressions, in which `^`, `$` and `.` recognize other line terminators too. */
function linesOf(text: string): readonly string[] {
	return text.split('\n').filter(line => line !== '');
}

const head = "Domain: '";

/** `domstats` groups its `key=value` lines, which are indented, under `Domain: 'name'`. */
function parseDomstats(text: string): readonly {readonly name: string; readonly values: Figures}[] {
	const domains: {readonly name: string; readonly values: Map<string, string>}[] = [];
	for (const line of linesOf(text)) {
		if (line.startsWith(head) && line.endsWith("'")) {
			domains.push({name: line.slice(head.length, -1), values: new Map()});
			continue;
		}
		const at = line.indexOf('=');
		if (line.startsWith('  ') && at > 0) domains.at(-1)?.values.set(line.slice(2, at), line.slice(at + 1));
	}
	return domains;
}
