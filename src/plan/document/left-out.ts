import type {Expected, GuestsThere, HostUse, Plan, PlannedAction} from './model.ts';

/** The plan without actions marked `skip`: guests that move, and the hosts afterwards. */
export function withoutSkipped(plan: Plan): Plan {
	const stays = plan.actions.filter(({skip, uuid}) => skip !== undefined && uuid !== undefined);
	if (stays.length === 0) return plan;
	const {assuming} = plan.expected;
	const done = plan.actions.filter(({skip}) => skip === undefined);
	return {...plan, expected: {...sumOf(done), assuming}, hosts: plan.hosts.map(use => keeping(stays, use, plan))};
}

/** The totals of the estimates. */
export function sumOf(actions: readonly PlannedAction[]): Omit<Expected, 'assuming'> {
	const moving = actions.flatMap(({expected}) => expected ?? []);
	return {
		guests: new Set(actions.flatMap(({uuid}) => uuid ?? [])).size,
		bytes: moving.reduce((sum, {bytes}) => sum + bytes, 0),
		seconds: moving.reduce((end, one) => Math.max(end, one.starts_after_seconds + one.seconds), 0),
		longest_pause_ms: moving.reduce((longest, {pause_ms}) => Math.max(longest, pause_ms), 0),
	};
}

/** A host where guests stay, or to which guests do not move, because of skipped actions. */
function keeping(stays: readonly PlannedAction[], use: HostUse, {guests}: Plan): HostUse {
	const memoryOf = ({uuid, host}: PlannedAction) =>
		guests.find(guest => guest.uuid === uuid && guest.host === host)?.memory_kib ?? 0;
	const after = stays.reduce<GuestsThere>((there, move) => {
		const {guest = '', host, to} = move;
		const memory = memoryOf(move);
		if (host === use.host) {
			return {memory_kib: there.memory_kib + memory, guests: [...there.guests, guest].sort()};
		}
		if (to !== use.host) return there;
		return {memory_kib: there.memory_kib - memory, guests: there.guests.filter(name => name !== guest)};
	}, use.after);
	return {...use, after};
}
