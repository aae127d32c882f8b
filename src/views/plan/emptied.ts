import type {Plan} from '../../plan/document/model.ts';

/** So many guests are named. */
const mostNamed = 8;

/** Of each host that the plan evacuates, whether it will be empty, and who stays. */
export function emptiedTexts(plan: Plan): readonly string[] {
	return [...emptiedHosts(plan)].map(host => emptiedText(plan, host));
}

/** The hosts that the plan evacuates and to which no guest returns. */
export function emptiedHosts(plan: Plan): ReadonlySet<string> {
	const hostsOf = (step: string) =>
		new Set(plan.choices.filter(choice => choice.step === step).map(({id}) => hostIn(id)));
	const filled = hostsOf('return_home');
	// A host to which its guests come back is empty only meanwhile.
	return new Set([...hostsOf('evacuate')].filter(host => !filled.has(host)));
}

function emptiedText({hosts, guests, left}: Plan, host: string): string {
	const running = hosts.find(one => one.host === host)?.after.guests ?? [];
	const off = guests
		.filter(one => one.host === host && one.state === 'shut off' && left.some(({guest}) => guest === one.guest))
		.map(({guest}) => guest);
	if (running.length > 0) return `${host} will NOT be empty: ${named([...running, ...off])}`;
	return off.length === 0 ? `${host} will be empty` : `no guest will run on ${host}; shut off: ${named(off)}`;
}

/** `db1, web1 stay`. */
function named(guests: readonly string[]): string {
	const others = guests.length - mostNamed;
	const shown = guests.slice(0, mostNamed).join(', ');
	return `${shown}${others > 0 ? ` and ${others} more` : ''} ${guests.length === 1 ? 'stays' : 'stay'}`;
}

/** The host of a choice: `play1.task2@kvm1`. */
function hostIn(id: string): string {
	return id.slice(id.indexOf('@') + 1).replace(/[#~].*$/, '');
}
