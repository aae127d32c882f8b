import type {JSONSchema} from 'json-schema-to-ts';
import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {Command} from '../../shell/command.ts';
import type {DomainStatus} from '../../virsh/domains.ts';
import type {JobInfo} from '../../virsh/migration/domjobinfo.ts';
import {guestOf, knownGuest} from '../common/guest-of.ts';
import type {ActionStep, StepContext} from '../step.ts';

/** A guest and its job, as reported by its host. */
export type ObservedGuest = {readonly entry: DomainStatus; readonly job: JobInfo | undefined};

/** A step with a lifecycle command that cannot be undone. */
type Order<Params> = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	readonly short?: string;
	/** The state of the guest when it is done, for messages: `running`. */
	readonly end: string;
	isDone(seen: ObservedGuest): boolean;
	/** Also when the guest is no longer defined here. */
	readonly orGone?: boolean;
	/** Why the command is refused; undefined if it is not. */
	refusal(seen: ObservedGuest): string | undefined;
	command(params: Params, host: string, uuid: string): Command;
	/** The maximum duration in milliseconds. */
	timeoutMs(params: Params): number;
	readonly irreversible: string;
};

type OrderAction = {
	readonly host: string;
	readonly guest: string;
	readonly uuid: string;
	readonly command: Command;
	readonly timeoutMs: number;
};

const tickMs = 500;

/** Defines such a step: it ends when the guest has reached the state. */
export function defineOrder<Params extends {readonly guest: string}>({
	end,
	isDone,
	orGone = false,
	refusal,
	command,
	timeoutMs,
	...rest
}: Order<Params>): ActionStep<Params, OrderAction, null> {
	async function hasCome({host, uuid}: OrderAction, context: StepContext): Promise<boolean> {
		const facts = await context.facts(requestsOf(host, uuid));
		const entry = knownGuest(uuid, host, facts);
		return entry === undefined ? orGone : isDone({entry, job: jobOf(host, uuid, facts)});
	}

	async function verifyOrder(action: OrderAction, context: StepContext): Promise<void> {
		if (await hasCome(action, context)) return;
		throw new StepError(`${action.guest} on ${action.host} is not ${end}`);
	}

	return {
		...rest,
		kind: 'action',
		effect: 'write',
		exclusive: true,
		needs(params, {host}, facts) {
			const entry = knownGuest(params.guest, host, facts);
			return entry === undefined ? [{kind: 'domains', host}] : requestsOf(host, entry.uuid);
		},
		plan(params, {host}, facts) {
			const entry = guestOf(params.guest, host, facts);
			const {uuid, name: guest} = entry;
			const seen = {entry, job: jobOf(host, uuid, facts)};
			if (isDone(seen)) return {skip: `${guest} is already ${end}`};
			const refused = refusal(seen);
			if (refused !== undefined) {
				throw new StepError(`${guest} on ${host}: ${refused}`, undefined, {retry: 'never'});
			}
			return {host, guest, uuid, command: command(params, host, uuid), timeoutMs: timeoutMs(params)};
		},
		preview: action => [action.command],
		effects: ({uuid}) => [{of: 'unsettled', uuid}],
		async apply(action, context) {
			await context.run(action.command);
			const last = context.now() + action.timeoutMs;
			while (!(await hasCome(action, context))) {
				if (context.now() >= last) {
					throw new StepError(
						`${action.guest} on ${action.host} is not ${end} after ${action.timeoutMs / 1000} s`,
						`virsh domstate --reason ${action.uuid} (on ${action.host})`,
					);
				}
				await context.sleep(tickMs);
			}
			return null;
		},
		async adopt(action, context) {
			await verifyOrder(action, context);
			return null;
		},
		verify: verifyOrder,
		result: ({guest}) => ({guest}),
	};
}

function requestsOf(host: string, uuid: string): readonly FactRequest[] {
	return [
		{kind: 'domains', host},
		{kind: 'job', host, uuid},
	];
}

function jobOf(host: string, uuid: string, facts: Facts): JobInfo | undefined {
	return facts.get({kind: 'job', host, uuid});
}
