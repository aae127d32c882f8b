import {Decisions} from '../../src/plan/document/decisions.ts';
import type {Plan} from '../../src/plan/document/model.ts';
import type {FakeShell} from '../fakes/fake-shell.ts';
import {run} from '../fakes/runner.ts';
import {type FakeDomain, FakeWorld} from '../fakes/world.ts';
import {inventory, markFor} from './planner.ts';

export const evacuate = '- hosts: kvm1\n  tasks:\n    - evacuate: {to: "compute:!kvm1", order: name}\n';

/** Three hosts; web1, db1 and idle on kvm1. */
export function threeGuests(): FakeWorld {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'web1');
	world.guest('kvm1', 'db1', {formats: ['qcow2', 'raw']});
	world.guest('kvm1', 'idle');
	return world;
}

/** Changes a guest by hand, as somebody may between plan and apply. */
export function guestOf(
	world: FakeWorld,
	name: string,
	host = 'kvm1',
): {-readonly [Key in keyof FakeDomain]: FakeDomain[Key]} {
	const found = [...world.host(host).domains.values()].find(domain => domain.name === name);
	if (found === undefined) throw new Error(`no guest ${name} on ${host}`);
	return found;
}

/** Carries a plan out on the world, as a run does. */
export function apply(plan: Plan, text: string, shell: FakeShell) {
	return run(text, {shell, input: {inventory, mark: markFor, decisions: new Decisions(plan, 'plan.yml')}});
}
