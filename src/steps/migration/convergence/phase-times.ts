import type {Progress, StepContext} from '../../step.ts';

type Phase = Progress['phase'];

/** How long a move was seen in each phase, in milliseconds: none of a phase that began and ended between two looks. */
export type PhaseTimes = Readonly<Record<Phase, number>>;

/** The same context, with a watch that runs from phase to phase as they are told; `read` stops none. */
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
