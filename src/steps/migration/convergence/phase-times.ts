import type {Progress, StepContext} from '../../step.ts';

type Phase = Progress['phase'];

/** Observed time of a move in each phase, in milliseconds; 0 for a phase that began and ended between two polls. */
export type PhaseTimes = Readonly<Record<Phase, number>>;

/** A context that measures the time of each reported phase. `read` does not stop the measurement. */
export function timed(context: StepContext): {readonly context: StepContext; readonly read: () => PhaseTimes} {
	const times: Record<Phase, number> = {prepare: 0, disks: 0, memory: 0, verify: 0};
	let phase: Phase = 'prepare';
	let since = context.now();
	function enter(next: Phase): void {
		const now = context.now();
		times[phase] += Math.round(now - since);
		[phase, since] = [next, now];
	}
	return {
		context: {
			...context,
			progress(progress) {
				if (progress.phase !== phase) enter(progress.phase);
				context.progress(progress);
			},
		},
		read() {
			enter(phase);
			return {...times};
		},
	};
}
