import {type FactKind, type FactRequest, Facts, factKey, type Request, type Value} from '../../src/facts/facts.ts';
import {createGatherer} from '../../src/facts/gather.ts';
import type {Report} from '../../src/preflight/preflight.ts';
import {evacuationRequests} from '../../src/steps/evacuation/cluster/requests.ts';
import {examine} from '../../src/steps/evacuation/decision/examine.ts';
import type {EvacuateParams} from '../../src/steps/evacuation/evacuate-params.ts';
import {preflight} from '../../src/steps/evacuation/preflight.ts';
import type {PlanContext, Result} from '../../src/steps/step.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {atHost} from '../fakes/rig.ts';
import {FakeWorld} from '../fakes/world.ts';

/** What libvirt says of a guest that needs something of its host in every way that moves. */
const xml = `<domain type='kvm'><name>web1</name><uuid>UUID</uuid><memory unit='KiB'>16384</memory>
<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>
<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='0-3'/></cputune><numatune><memory mode='strict' nodeset='0'/></numatune>
<os><type machine='pc-q35-7.2'>hvm</type><loader>/usr/share/OVMF/OVMF_CODE.fd</loader></os>
<cpu mode='custom'><model>Westmere</model></cpu>
<devices>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/images/web1-0.qcow2'/><target dev='vda'/></disk>
<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='/images/tools.iso'/><target dev='sda'/><readonly/></disk>
<interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><filterref filter='clean-traffic'/></interface>
<interface type='bridge'><mac address='52:54:00:00:00:02'/><source bridge='br0'/></interface>
<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>
<tpm model='tpm-crb'><backend type='emulator'><encryption secret='aaaaaaaa-0000-4000-8000-000000000001'/></backend></tpm>
</devices></domain>`;

/** The playbook of the recording: everything that is checked only on demand is wanted. */
const asked: EvacuateParams = {
	to: 'kvm2',
	window: '2 h',
	measure_dirty_rate: true,
	measure_path: true,
	ask_qemu: true,
	migrate: {tls: true},
};

const at: PlanContext = {
	...atHost(),
	hosts: pattern => (pattern === 'compute' ? ['kvm1', 'kvm2', 'kvm3'] : [pattern]),
	peer: name => {
		const peer = atHost().peer(name);
		return peer === undefined ? undefined : {...peer, bytesPerSecond: 125_000_000};
	},
};

/** Facts that were recorded of two healthy hosts, and what may be changed about them before they are judged. */
export class Recording {
	private constructor(
		readonly uuid: string,
		private readonly facts: Facts,
		private readonly params: EvacuateParams,
	) {}

	static async healthy(): Promise<Recording> {
		const world = new FakeWorld('kvm1', 'kvm2');
		const {uuid} = world.guest('kvm1', 'web1', {cdrom: '/images/tools.iso'});
		world.put('kvm2', '/images/tools.iso', {format: 'raw', virtualBytes: 2048, data: 'medium'});
		const whole = xml.replace('UUID', uuid);
		const definition = await parseDefinition(whole);
		const gatherer = createGatherer(new FakeShell(world), 0);
		let facts = new Facts().with([
			[{kind: 'domain', host: 'kvm1', uuid}, definition],
			[
				{kind: 'path-speed', host: 'kvm1', to: 'kvm2', address: 'kvm2'},
				{bytesPerSecond: 110_000_000, mtu: 1500, passes: true},
			],
			[{kind: 'dirty-rate', host: 'kvm1', uuid}, 1024 ** 2],
			[{kind: 'blockers', host: 'kvm1', uuid}, []],
		]);
		for (;;) {
			const missing = evacuationRequests(asked, at, facts).filter(request => !facts.has(request));
			if (missing.length === 0) break;
			for (const request of missing) {
				facts = facts.with([
					[
						request,
						request.kind === 'cpu'
							? {verdict: 'identical', missing: []}
							: (await gatherer.read([request])).get(request),
					],
				]);
			}
		}
		const bare = new Recording(uuid, facts, asked).standing({stored: definition});
		return ['kvm1', 'kvm2'].reduce((recording, host) => recording.survey(host, roomy), bare);
	}

	/** With another value of a reading. */
	reading<Kind extends FactKind>(
		request: Request<Kind> & {readonly kind: Kind},
		change: (value: Value<Kind>) => Value<Kind>,
	): Recording {
		const value = change(this.facts.of<Kind>(request));
		return new Recording(this.uuid, this.facts.with([[request, value]]), this.params);
	}

	/** With every reading of a kind changed that was taken of a host. */
	every<Kind extends FactKind>(kind: Kind, host: string, value: Value<Kind>): Recording {
		const changed = evacuationRequests(this.params, at, this.facts).filter(
			request => request.kind === kind && request.host === host,
		);
		return new Recording(this.uuid, this.facts.with(changed.map(request => [request, value] as const)), this.params);
	}

	/** With a reading that healthy hosts were not asked for. */
	also<Kind extends FactKind>(request: Request<Kind> & {readonly kind: Kind}, value: Value<Kind>): Recording {
		return new Recording(this.uuid, this.facts.with([[request, value]]), this.params);
	}

	survey(host: string, changes: Partial<Value<'capabilities'>>): Recording {
		return this.reading<'capabilities'>({kind: 'capabilities', host}, value => ({...value, ...changes}));
	}

	guest(changes: Partial<Value<'domains'>[number]>): Recording {
		const change = (all: Value<'domains'>) => all.map(one => (one.uuid === this.uuid ? {...one, ...changes} : one));
		return this.reading<'domains'>({kind: 'domains', host: 'kvm1'}, change);
	}

	standing(changes: Partial<NonNullable<Value<'domain-details'>>>): Recording {
		const request = {kind: 'domain-details', host: 'kvm1', uuid: this.uuid, targets: ['vda']} as const;
		return this.reading<'domain-details'>(request, value => (value === undefined ? value : {...value, ...changes}));
	}

	/** With a guest more on a host; its definition says what its XML says. */
	async joined(
		host: string,
		name: string,
		uuid: string,
		state: 'running' | 'shut off' = 'running',
		disk = '',
	): Promise<Recording> {
		const text = xml
			.replace('UUID', uuid)
			.replace('web1<', `${name}<`)
			.replace('web1-0', disk === '' ? name : disk);
		const definition = await parseDefinition(text);
		const entry = {uuid, name, state, reason: 'booted', persistent: true, autostart: false, memoryKib: 16384, vcpus: 2};
		const more = this.reading<'domains'>({kind: 'domains', host}, all => [...all, entry]);
		return new Recording(this.uuid, more.facts.with([[{kind: 'domain', host, uuid}, definition]]), this.params);
	}

	/** With another definition, as the change of its text gives it. */
	async xml(...changes: readonly (readonly [string, string])[]): Promise<Recording> {
		const before = this.facts.of<'domain'>({kind: 'domain', host: 'kvm1', uuid: this.uuid})?.xml ?? '';
		const text = changes.reduce((now, [from, to]) => now.replace(from, to), before);
		const definition = await parseDefinition(text);
		return this.reading<'domain'>({kind: 'domain', host: 'kvm1', uuid: this.uuid}, () => definition);
	}

	asking(changes: Partial<EvacuateParams>): Recording {
		return new Recording(this.uuid, this.facts, {...this.params, ...changes});
	}

	unread(request: FactRequest, why: string): Recording {
		const rest = Object.entries(this.facts.toJSON()).filter(([key]) => key !== factKey(request));
		return new Recording(this.uuid, new Facts(rest).with([], [[request, {why, answered: true}]]), this.params);
	}

	/** The result of the step `preflight`. */
	preflighted(): Result {
		const action = preflight.plan(this.params, at, this.facts);
		if ('skip' in action) throw new Error(action.skip);
		return preflight.result(action, null);
	}

	judged(): Report {
		return examine(this.params, at, this.facts).report;
	}
}

/** What the guest finds on a host. */
const roomy: Partial<Value<'capabilities'>> = {
	firmware: ['/usr/share/OVMF/OVMF_CODE.fd'],
	networks: [{name: 'default', isActive: true}],
	bridges: [{name: 'br0', mtu: 1500, vlans: null}],
	filters: ['clean-traffic'],
	secrets: ['aaaaaaaa-0000-4000-8000-000000000001'],
	hugepages: [{kib: 2048, free: 512}],
	swtpm: '0.7.1',
	clockOffsetMs: 0,
	thin: {dataPercent: 20, metadataPercent: 10},
};
