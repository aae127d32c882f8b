import type {JSONSchema} from 'json-schema-to-ts';
import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {Effect} from '../../facts/foreseen-changes.ts';
import type {Command} from '../../shell/command.ts';
import type {DomainStatus} from '../../virsh/domains.ts';
import {guestOf, knownGuest} from '../common/guest-of.ts';
import type {ActionStep, StepContext} from '../step.ts';

type Value = number | boolean;

/** A step that sets one thing of a guest, whose value can be read and so be put back. */
type Setting<Params> = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly params: JSONSchema;
	readonly short?: string;
	/** The thing, for messages: `its longest downtime`. */
	readonly thing: string;
	/** The virsh subcommand that reads the value; left out if the list of domains contains it. */
	words?(params: Params, uuid: string): readonly string[];
	/** The value, from the list of domains and the output of virsh; undefined if the guest has none now. */
	current(entry: DomainStatus, answer: string): Value | undefined;
	wanted(params: Params): Value;
	/** What is read of a guest that has this value: the output of virsh, or what differs in the list of domains. */
	told(value: Value): string | Partial<DomainStatus>;
	set(params: Params, host: string, uuid: string, value: Value): Command;
};

type SettingAction = {
	readonly host: string;
	readonly guest: string;
	readonly uuid: string;
	readonly question: FactRequest | null;
	readonly former: Value;
	readonly wanted: Value;
	readonly set: Command;
	readonly reset: Command;
};

/** Makes the whole step of a setting. */
export function defineSetting<Params extends {readonly guest: string}>({
	thing,
	words,
	current,
	wanted,
	told,
	set,
	...rest
}: Setting<Params>): ActionStep<Params, SettingAction, null> {
	const questionOf = (params: Params, host: string, uuid: string): FactRequest | null =>
		words === undefined ? null : {kind: 'virsh', host, args: words(params, uuid)};

	async function readNow({host, uuid, question}: SettingAction, context: StepContext): Promise<Value | undefined> {
		const facts = await context.facts([{kind: 'domains', host}, ...(question === null ? [] : [question])]);
		const entry = knownGuest(uuid, host, facts);
		return entry && current(entry, answerOf(question, facts));
	}

	return {
		...rest,
		kind: 'action',
		effect: 'write',
		exclusive: true,
		needs(params, {host}, facts) {
			const entry = knownGuest(params.guest, host, facts);
			const question = entry === undefined ? null : questionOf(params, host, entry.uuid);
			return [{kind: 'domains', host}, ...(question === null ? [] : [question])];
		},
		plan(params, {host}, facts) {
			const {uuid, name: guest, state, reason, persistent} = guestOf(params.guest, host, facts);
			const question = questionOf(params, host, uuid);
			const former = current(guestOf(uuid, host, facts), answerOf(question, facts));
			if (former === undefined) {
				const how = `${state} (${reason})${persistent ? '' : ', without a definition,'}`;
				throw new StepError(`${thing} of ${guest} cannot be set: it is ${how} on ${host}`, undefined, {retry: 'never'});
			}
			const value = wanted(params);
			if (former === value) return {skip: `${thing} of ${guest} is already set to this value`};
			const command = (to: Value) => set(params, host, uuid, to);
			return {host, guest, uuid, question, former, wanted: value, set: command(value), reset: command(former)};
		},
		preview: action => [action.set],
		effects({uuid, question, wanted}): readonly Effect[] {
			const value = told(wanted);
			if (typeof value !== 'string') return [{of: 'guest', uuid, entry: value}];
			return question === null ? [] : [{of: 'reading', request: question, value}];
		},
		async apply(action, context) {
			await context.run(action.set);
			return null;
		},
		async adopt(action, context) {
			await verifySetting(action, context);
			return null;
		},
		verify: verifySetting,
		async undo(action, _receipt, context) {
			// The setting moved along with the guest.
			const now = await readNow(action, context);
			if (now !== undefined && now !== action.former) await context.run(action.reset);
		},
		result: ({guest, former, wanted}) => ({guest, former, value: wanted}),
	};

	async function verifySetting(action: SettingAction, context: StepContext): Promise<void> {
		if ((await readNow(action, context)) === action.wanted) return;
		throw new StepError(`${thing} of ${action.guest} on ${action.host} differs from the requested value`);
	}
}

function answerOf(question: FactRequest | null, facts: Facts): string {
	return question?.kind === 'virsh' ? facts.of(question) : '';
}
