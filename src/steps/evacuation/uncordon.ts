import {StepError} from '../../errors.ts';
import {liftCordon} from '../../virsh/cordon.ts';
import {defineStep, type StepContext} from '../step.ts';
import {cordonOn} from './cordon.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	properties: {
		owner: {
			type: 'string',
			minLength: 1,
			description: 'Lift only a cordon of this owner. Default: whoever set it.',
		},
	},
} as const;

type UncordonAction = {readonly host: string};

/** Lifts the cordon of the host. */
export const uncordon = defineStep<typeof params, UncordonAction, null>({
	kind: 'action',
	name: 'uncordon',
	summary: 'Lift the cordon of the host. Nothing is left of it.',
	examples: ['uncordon:', 'uncordon: {owner: alice}'],
	effect: 'write',
	exclusive: true,
	params,
	needs: (_params, {host}) => [{kind: 'capabilities', host}],
	plan({owner}, {host}, facts) {
		const found = cordonOn(host, facts);
		if (found === undefined) return {skip: `${host} is not cordoned`};
		if (owner === undefined || owner === found.owner) return {host};
		return {skip: `${host} is cordoned by ${found.owner}, not by ${owner}: ${found.reason}`};
	},
	preview: ({host}) => [liftCordon(host)],
	effects: ({host}) => [{of: 'cordon', host, cordon: undefined}],
	async apply({host}, context) {
		await context.run(liftCordon(host));
		return null;
	},
	async adopt(action, context) {
		await verifyLifted(action, context);
		return null;
	},
	verify: verifyLifted,
	result: () => ({}),
	irreversible: 'guests may have started on the host since; to cordon it again: vacate cordon',
});

async function verifyLifted({host}: UncordonAction, context: StepContext): Promise<void> {
	const found = cordonOn(host, await context.facts([{kind: 'capabilities', host}]));
	if (found !== undefined) throw new StepError(`${host} is still cordoned by ${found.owner}: ${found.reason}`);
}
