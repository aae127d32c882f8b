import type {TimeoutAction} from '../../../schedule/convergence.ts';
import type {Command} from '../../../shell/command.ts';
import {suspend} from '../../../virsh/lifecycle.ts';
import {setMaxDowntime, switchToPostcopy} from '../../../virsh/migration/convergence.ts';
import {domjobabort} from '../../../virsh/migration/domjobabort.ts';
import type {JobInfo} from '../../../virsh/migration/domjobinfo.ts';
import type {StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import {type Order, observe, type Reason, sampleOf, type Watch} from './watch.ts';

/** The action taken for a move that did not converge, and the reason. */
export type TimeoutOutcome = {readonly to: TimeoutAction; readonly reason: Reason};

/** Monitors a migration and applies the convergence policy of the playbook. */
export class ConvergenceController {
	readonly #move: GuestMigration;
	readonly #context: StepContext;
	#watch: Watch | undefined;
	timeoutOutcome: TimeoutOutcome | undefined;

	constructor(move: GuestMigration, context: StepContext) {
		this.#move = move;
		this.#context = context;
	}

	async look(job: JobInfo): Promise<void> {
		const {convergence} = this.#move;
		const sample = sampleOf(job, this.#context.now());
		if (convergence === undefined || sample === undefined) return;
		const {watch, orders} = observe(this.#watch, sample, convergence);
		this.#watch = watch;
		for (const order of orders) {
			if (order.kind === 'timeout') this.timeoutOutcome = order;
			// The migration may end at this moment; its result is determined afterwards.
			await this.#context.attempt(commandOf(order, this.#move));
		}
	}
}

function commandOf(order: Order, {source, uuid}: GuestMigration): Command {
	if (order.kind === 'allow') return setMaxDowntime(source, uuid, order.downtimeMs);
	switch (order.to) {
		case 'abort':
			return domjobabort(source, uuid);
		case 'suspend':
			return suspend(source, uuid);
		case 'postcopy':
			return switchToPostcopy(source, uuid);
	}
}
