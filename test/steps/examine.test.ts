import test from 'ava';
import {type FactRequest, Facts} from '../../src/facts/facts.ts';
import {examine} from '../../src/steps/evacuation/decision/examine.ts';
import {evacuate} from '../../src/steps/evacuation/evacuate.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {atHost, worldOf} from '../fakes/rig.ts';
import {FakeWorld} from '../fakes/world.ts';

/** All that an evacuation of kvm1 asks. */
async function factsOf(world: FakeWorld, params: Parameters<typeof examine>[0]): Promise<Facts> {
	const {gatherer} = worldOf(new FakeShell(world));
	for (let facts = new Facts(); ; ) {
		const missing = evacuate.needs(params, atHost(), facts).filter((request: FactRequest) => !facts.has(request));
		if (missing.length === 0) return facts;
		const read = await gatherer.read(missing);
		facts = facts.with(missing.map(request => [request, read.get(request)] as const));
	}
}

test('how long a run takes is not when it ends: a certificate of the past does not pass for valid', async t => {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'web1');
	const params = {to: 'kvm2', migrate: {tls: true}} as const;
	const facts = await factsOf(world, params);
	const ofThere = facts.of({kind: 'certificates', host: 'kvm2'});
	const server = ofThere.certificates['server-cert.pem'];
	if (server === undefined) return t.fail('the destination has no certificate to expire');
	const past = {...server, validUntilMs: ofThere.atMs - 1000};
	const expired = {...ofThere, certificates: {...ofThere.certificates, 'server-cert.pem': past}};
	const {findings} = examine(params, atHost(), facts.with([[{kind: 'certificates', host: 'kvm2'}, expired]])).report;
	const until = new Date(past.validUntilMs).toISOString();
	t.deepEqual(
		findings
			.filter(({rule, destination}) => rule === 'path-tls' && destination === 'kvm2')
			.map(({outcome, reason}) => `${outcome}: ${reason}`),
		[`found: ${ofThere.folder}/server-cert.pem on kvm2 expires before the run ends: ${until}`],
	);
});
