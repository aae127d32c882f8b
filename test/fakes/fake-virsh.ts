import type {FakeDomain, FakeWorld} from './world.ts';

/** What a command prints and how it exits. */
export type Answer = {readonly code: number; readonly stdout: string; readonly stderr: string};

export const ok = (stdout = ''): Answer => ({code: 0, stdout, stderr: ''});
export const refuse = (stderr: string): Answer => ({code: 1, stdout: '', stderr: `error: ${stderr}\n`});

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
		case 'domjobinfo':
			return ok(
				options.has('completed') ? 'Job type: 3\ndowntime: 20\nmemory_processed: 1000\n' : jobOf(world, host, domain),
			);
		case 'domjobabort':
			return abortJob(world, domain);
		case 'help':
			return ok(helpText);
		case 'nodememstats':
			return ok('total  : 1000000 KiB\nfree   :  800000 KiB\nbuffers:       0 KiB\ncached :       0 KiB\n');
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
		case 'resume':
			domain.state = 'running';
			return ok();
		case 'suspend':
			Object.assign(domain, {state: 'paused', reason: 1});
			return ok();
		case 'start':
			Object.assign(domain, {state: 'running', reason: 1});
			return ok();
		case 'shutdown':
		case 'destroy':
			world.stopped.add(domain.uuid);
			Object.assign(domain, {state: 'shut off', reason: sub === 'shutdown' ? 1 : 2});
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
			return ok(`Compression cache: ${(domain.limits.compcache / 1024 ** 2).toFixed(3)} MiB\n`);
		default:
			throw new Error(`the fake virsh does not know ${args.join(' ')}`);
	}
}

function limitOf(sub: string, options: ReadonlyMap<string, string>): string {
	return options.has('postcopy') ? 'postcopy' : sub.replace(/^migrate-[gs]et/, '');
}

/** Options beyond the oldest that this virsh has. */
const helpText =
	'    --tls  use TLS\n    --parallel  enable parallel migration\n    --parallel-connections <number>  how many\n';

function batch(world: FakeWorld, host: string, script: string): Answer {
	const separator = "; echo --str '\n--- next ---\n'";
	const commands = script.split(separator).map(part => part.replace(/^; /, ''));
	if (commands.pop() !== '') throw new Error(`a batch without its last separator: ${script}`);
	const texts = commands.map(command => {
		if (command.startsWith('list ')) return list(world, host, command);
		if (command.startsWith('domstats ')) return domstats(world, host);
		return fakeVirsh(world, host, command.split(' ')).stdout;
	});
	return ok(texts.map(text => `${text}\n--- next ---\n`).join(''));
}

function list(world: FakeWorld, host: string, command: string): string {
	const domains = [...world.host(host).domains.values()].filter(
		({persistent, autostart}) =>
			(!command.includes('--persistent') || persistent) && (!command.includes('--autostart') || autostart),
	);
	return domains.map(({uuid, name}) => `${uuid}${command.includes('--name') ? ` ${name}` : ''}\n`).join('');
}

function domstats(world: FakeWorld, host: string): string {
	return [...world.host(host).domains.values()]
		.map(
			({name, state, reason, memoryKib}) =>
				`Domain: '${name}'\n  state.state=${stateNumbers[state]}\n  state.reason=${reason}\n  balloon.maximum=${memoryKib}\n\n`,
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
	if (domain === undefined || domain.state === 'shut off') return refuse('domain is not running');
	const destination = /@([^/]+)\//.exec(options.get('desturi') ?? '')?.[1] ?? '';
	const there = world.host(destination);
	const copied = new Set((options.get('migrate-disks') ?? '').split(',').filter(target => target !== ''));
	for (const {target, path} of domain.disks.filter(({target}) => copied.has(target))) {
		const image = there.files.get(path);
		if (image === undefined) return refuse(`Cannot access storage file '${path}': No such file or directory`);
		const own = world.host(source).files.get(path);
		if (image.virtualBytes !== own?.virtualBytes) {
			return refuse(`migration of disk ${target} failed: Source and target image have different sizes`);
		}
		image.data = own.data;
	}
	const defined = there.domains.get(domain.uuid)?.persistent === true;
	there.domains.set(domain.uuid, {
		...domain,
		state: options.has('suspend') ? 'paused' : domain.state,
		persistent: defined || options.has('persistent'),
		autostart: defined && there.domains.get(domain.uuid)?.autostart === true,
		reason: domain.state === 'paused' || options.has('suspend') ? 1 : 2,
	});
	if (options.has('undefinesource') || !domain.persistent) world.host(source).domains.delete(domain.uuid);
	else Object.assign(domain, {state: 'shut off', reason: 4});
	return ok();
}

function findDomain(world: FakeWorld, host: string, name: string | undefined): FakeDomain | undefined {
	return [...world.host(host).domains.values()].find(domain => domain.uuid === name || domain.name === name);
}

/** `--live --domain X` as live → '', domain → X. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
	const valued = [
		'domain',
		'desturi',
		'migrateuri',
		'migrate-disks',
		'bandwidth',
		'listen-address',
		'disks-port',
		'downtime',
		'size',
		'parallel-connections',
	];
	const options = new Map<string, string>();
	for (let index = 0; index < words.length; index++) {
		const name = (words[index] ?? '').replace(/^--/, '');
		const value = valued.includes(name) ? (words[++index] ?? '') : '';
		options.set(name, value);
	}
	return options;
}

function xmlOf({uuid, name, memoryKib, disks}: FakeDomain): string {
	const devices = disks.map(
		({target, path, format}) =>
			`<disk type='file' device='disk'><driver type='${format}'/><source file='${path}'/><target dev='${target}'/></disk>`,
	);
	return `<domain><name>${name}</name><uuid>${uuid}</uuid><memory unit='KiB'>${memoryKib}</memory><vcpu>1</vcpu><os><type machine='pc-q35-7.2'>hvm</type></os><devices>${devices.join('')}</devices></domain>`;
}
