import {cordonPath} from '../../src/virsh/cordon.ts';
import {compressionCacheText} from '../../src/virsh/migration/migration-limits.ts';
import type {FakeDomain, FakeWorld} from './world.ts';

/** What a command prints and how it exits. */
export type Answer = {readonly code: number; readonly stdout: string; readonly stderr: string};

export const ok = (stdout = ''): Answer => ({code: 0, stdout, stderr: ''});
export const refuse = (stderr: string): Answer => ({code: 1, stdout: '', stderr: `error: ${stderr}\n`});

/** The hook refuses what libvirt asks it. */
const cordoned = refuse(`Hook script execution failed: internal error: Child process (${cordonPath})`);

const stateNumbers = {running: 1, paused: 3, 'shut off': 5} as const;

/** Answers `virsh`, given what stands behind the options of virsh itself. */
export function fakeVirsh(world: FakeWorld, host: string, args: readonly string[]): Answer {
	const [sub = '', ...rest] = args;
	if (rest.length === 0 && sub.includes(';')) return batch(world, host, sub);
	const options = optionsOf(rest);
	const domain = findDomain(world, host, options.get('domain'));
	switch (sub) {
		case 'migrate':
			return migrate(world, host, options);
		case 'help':
			return ok(['live', ...world.virshOptions].map(option => `    --${option}  text\n`).join(''));
		case 'domjobinfo':
			return ok(
				options.has('completed') ? 'Job type: 3\ndowntime: 20\nmemory_processed: 1000\n' : jobOf(world, host, domain),
			);
		case 'domjobabort':
			return abortJob(world, domain);
		case 'list':
			return ok(list(world, host, rest));
		case 'domstats':
			if (!options.has('domain')) return ok(domstats(world.host(host).domains.values()));
			return domain === undefined ? refuse('failed to get domain') : ok(domstats([domain]));
		case 'domname':
			return domain === undefined ? refuse('failed to get domain') : ok(`${domain.name}\n`);
		case 'nodememstats':
			return ok(memoryText(world.memoryKib));
		case 'nodeinfo':
			return ok('CPU(s):              64\n');
		case 'version':
			return ok('Running hypervisor: QEMU 7.2.22\nRunning against daemon: 9.0.0\n');
		case 'capabilities':
			return ok(
				`<uuid>uuid of ${host}</uuid><cells num='1'/><machine canonical='pc-q35-7.2' maxCpus='288'>q35</machine>\n`,
			);
		case 'create':
			return world.host(host).cordon === undefined ? ok() : cordoned;
		case 'hostname':
			return ok(`${host}\n`);
		case 'net-list':
		case 'nwfilter-list':
		case 'secret-list':
		case 'freepages':
		case 'snapshot-list':
		case 'blockjob':
			return ok();
		case 'dominfo':
			return domain === undefined
				? refuse('failed to get domain')
				: ok(`Persistent:     ${domain.persistent ? 'yes' : 'no'}\nManaged save:   no\n`);
		case 'domcapabilities':
			return ok('<domainCapabilities/>\n');
		case 'hypervisor-cpu-compare':
			return ok('CPU described is identical to the CPU provided by hypervisor on the host\n');
		case 'dumpxml':
			return domain === undefined ? refuse('failed to get domain') : ok(xmlOf(domain));
	}
	if (domain === undefined) return refuse(`failed to get domain '${options.get('domain')}'`);
	switch (sub) {
		case 'autostart':
			if (!domain.persistent) return refuse('cannot set autostart for transient domain');
			domain.autostart = !options.has('disable');
			return ok();
		case 'undefine':
			domain.persistent = false;
			domain.autostart = false;
			if (domain.state === 'shut off') world.host(host).domains.delete(domain.uuid);
			return ok();
		case 'destroy':
			world.told.add(domain.uuid);
			domain.state = 'shut off';
			if (!domain.persistent) world.host(host).domains.delete(domain.uuid);
			return ok();
		case 'resume':
			domain.state = 'running';
			return ok();
		case 'change-media':
			return changeMedia(domain, options);
		case 'suspend':
			Object.assign(domain, {state: 'paused', reason: 1});
			return ok();
		case 'start':
			if (world.isRefused(host, domain.uuid)) return cordoned;
			if (domain.state !== 'shut off') return refuse('Domain is already active');
			world.told.add(domain.uuid);
			world.outdateCopies(host, domain);
			Object.assign(domain, {state: 'running', reason: 1});
			return ok();
		case 'shutdown':
			world.told.add(domain.uuid);
			Object.assign(domain, {state: 'shut off', reason: 1});
			return ok();
		case 'migrate-postcopy':
			Object.assign(domain, {state: 'paused', reason: 12});
			return ok();
		case 'migrate-getmaxdowntime':
		case 'migrate-getspeed':
			return ok(`${domain.limits[limitOf(sub, options)]}\n`);
		case 'migrate-setmaxdowntime':
		case 'migrate-setspeed':
			domain.limits[limitOf(sub, options)] = Number(options.get('downtime') ?? options.get('bandwidth'));
			return ok();
		case 'migrate-compcache':
			domain.limits.compcache = Number(options.get('size') ?? domain.limits.compcache);
			return ok(`${compressionCacheText(domain.limits.compcache)}\n`);
		default:
			throw new Error(`the fake virsh does not know ${args.join(' ')}`);
	}
}

function memoryText(kib: number): string {
	return `total  : ${kib} KiB\nfree   : ${kib * 0.8} KiB\nbuffers:       0 KiB\ncached :       0 KiB\n`;
}

/** Under which name a limit is kept. */
function limitOf(sub: string, options: ReadonlyMap<string, string>): string {
	return options.has('postcopy') ? 'postcopy' : sub.replace(/^migrate-[gs]et/, '');
}

function batch(world: FakeWorld, host: string, script: string): Answer {
	const [separator = '', marker = ''] = /; echo --str '(\n--- [0-9a-f]{32} ---\n)'$/.exec(script) ?? [];
	const commands = script.split(separator).map(part => part.replace(/^; /, ''));
	if (marker === '' || commands.pop() !== '') throw new Error(`a batch without its last marker: ${script}`);
	const texts = commands.map(command => fakeVirsh(world, host, command.split(' ')).stdout);
	return ok(texts.map(text => `${text}${marker}`).join(''));
}

function changeMedia(domain: FakeDomain, options: ReadonlyMap<string, string>): Answer {
	const drive = domain.disks.find(({target}) => target === options.get('path'));
	if (drive === undefined) return refuse('no such drive');
	const {path, ...empty} = drive;
	if (options.has('eject') && path === undefined) return refuse(`The disk device '${drive.target}' doesn't have media`);
	const changed = options.has('eject') ? empty : {...empty, path: options.get('source') ?? ''};
	domain.disks = domain.disks.map(disk => (disk === drive ? changed : disk));
	return ok();
}

function list(world: FakeWorld, host: string, options: readonly string[]): string {
	if (options.some(option => option.startsWith('--with-'))) return '';
	const domains = [...world.host(host).domains.values()].filter(
		({persistent, autostart}) =>
			(!options.includes('--persistent') || persistent) && (!options.includes('--autostart') || autostart),
	);
	return domains.map(({uuid, name}) => `${uuid}${options.includes('--name') ? ` ${name}` : ''}\n`).join('');
}

function domstats(domains: Iterable<FakeDomain>): string {
	return [...domains]
		.map(
			({name, state, reason, memoryKib}) =>
				`Domain: '${name}'\n  state.state=${stateNumbers[state]}\n  state.reason=${reason}\n  balloon.maximum=${memoryKib}\n  vcpu.current=1\n\n`,
		)
		.join('');
}

function jobOf(world: FakeWorld, host: string, domain: FakeDomain | undefined): string {
	const job = domain && world.jobs.get(domain.uuid);
	if (domain === undefined || job?.source !== host) return domain === undefined ? '' : 'Job type: 0\n';
	if (job.polls > 0) {
		job.polls -= 1;
		return 'Job type: 2\nmemory_total: 100\nmemory_remaining: 50\n';
	}
	world.jobs.delete(domain.uuid);
	job.end();
	return 'Job type: 0\n';
}

function abortJob(world: FakeWorld, domain: FakeDomain | undefined): Answer {
	if (domain === undefined || !world.jobs.delete(domain.uuid)) return refuse('no current job');
	return ok();
}

function migrate(world: FakeWorld, source: string, options: ReadonlyMap<string, string>): Answer {
	const domain = findDomain(world, source, options.get('domain'));
	const offline = options.has('offline');
	if (domain === undefined || (domain.state === 'shut off') !== offline) return refuse('domain is not running');
	const uri = options.get('desturi') ?? '';
	const socket = /socket=(.*)$/.exec(uri)?.[1];
	const destination = (socket && world.relays.get(`${source} ${socket}`)) ?? /@([^/]+)\//.exec(uri)?.[1];
	if (destination === undefined) return refuse(`Failed to connect socket to '${socket}': No such file or directory`);
	const there = world.host(destination);
	if (world.isRefused(destination, domain.uuid)) return cordoned;
	const named = (options.get('migrate-disks') ?? '').split(',').filter(target => target !== '');
	const isAll = options.has('copy-storage-all') && named.length === 0;
	const copied = new Set(isAll ? domain.disks.map(({target}) => target) : named);
	// libvirt ignores `--persistent-xml` with `--offline`.
	const xml = options.get('xml');
	const disks = domain.disks.map(disk => ({
		...disk,
		...placeIn(world.host(source).files.get(xml ?? '')?.data, disk.path),
	}));
	for (const [index, {target, path}] of disks.entries()) {
		if (path === undefined || offline) continue;
		const image = there.files.get(path);
		if (image === undefined) return refuse(`Cannot access storage file '${path}': No such file or directory`);
		if (!copied.has(target)) continue;
		const own = world.host(source).files.get(domain.disks[index]?.path ?? '');
		if (image.virtualBytes !== own?.virtualBytes) {
			return refuse(`migration of disk ${target} failed: Source and target image have different sizes`);
		}
		if (own.backing !== undefined && options.has('copy-storage-inc') && image.backing === undefined) {
			return refuse(`${path} stands on nothing`);
		}
		image.data = own.data;
	}
	const defined = there.domains.get(domain.uuid)?.persistent === true;
	there.domains.set(domain.uuid, {
		...domain,
		name: options.get('dname') ?? domain.name,
		disks,
		state: options.has('suspend') ? 'paused' : domain.state,
		persistent: defined || options.has('persistent'),
		autostart: defined && there.domains.get(domain.uuid)?.autostart === true,
		reason: domain.state === 'paused' || options.has('suspend') ? 1 : 2,
	});
	if (offline) return ok();
	if (options.has('undefinesource') || !domain.persistent) world.host(source).domains.delete(domain.uuid);
	else Object.assign(domain, {state: 'shut off', reason: 4});
	return ok();
}

/** Where a rewritten definition says that a disk is: its text is the program that has rewritten it. */
function placeIn(program = '', path = ''): {readonly path?: string} {
	const expressions = [...program.matchAll(/='(.*)'\|<.*='(.*)'\|$/gm)];
	const [, , to] = expressions.find(([, from = '']) => from.replaceAll('\\', '') === path) ?? [];
	return to === undefined ? {} : {path: to};
}

function findDomain(world: FakeWorld, host: string, name: string | undefined): FakeDomain | undefined {
	return [...world.host(host).domains.values()].find(domain => domain.uuid === name || domain.name === name);
}

/** `--live --domain X` as live → '', domain → X. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
	const valued = [
		'downtime',
		'domain',
		'desturi',
		'migrateuri',
		'migrate-disks',
		'bandwidth',
		'parallel-connections',
		'tls-destination',
		'dname',
		'listen-address',
		'disks-port',
		'xml',
		'persistent-xml',
		'path',
		'source',
		'size',
	];
	const options = new Map<string, string>();
	for (let index = 0; index < words.length; index++) {
		const name = (words[index] ?? '').replace(/^--/, '');
		const value = valued.includes(name) ? (words[++index] ?? '') : '';
		options.set(name, value);
	}
	return options;
}

function xmlOf({uuid, name, memoryKib, metadata, devices: more = '', disks}: FakeDomain): string {
	const element =
		metadata === undefined ? '' : `<metadata><vacate:guest xmlns:vacate='urn:vacate' ${metadata}/></metadata>`;
	const devices = disks.map(({target, path, format, cdrom}) => {
		const medium = path === undefined ? '' : `<source file='${xmlText(path)}'/>`;
		const kind = cdrom === true ? 'cdrom' : 'disk';
		const rest = `<target dev='${target}'/>${cdrom === true ? '<readonly/>' : ''}`;
		return `<disk type='file' device='${kind}'><driver type='${format}'/>${medium}${rest}</disk>`;
	});
	return `<domain><name>${xmlText(name)}</name><uuid>${uuid}</uuid>${element}<memory unit='KiB'>${memoryKib}</memory><vcpu>1</vcpu><os><type machine='pc-q35-7.2'>hvm</type></os><devices>${devices.join('')}${more}</devices></domain>`;
}

/** As libvirt writes it: it leaves tabs, carriage returns and separators as they are. */
function xmlText(text: string): string {
	const entities: Readonly<Record<string, string>> = {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		"'": '&apos;',
		'"': '&quot;',
	};
	return text.replaceAll(/[&<>'"]/g, sign => entities[sign] ?? sign);
}
