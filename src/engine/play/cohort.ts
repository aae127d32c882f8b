/** Hosts that go through the same tasks in step: each task on all of them before the next. */
export type Cohort = {
	readonly hosts: readonly string[];
	/** Whether a `rescue` stands around: then a failure is not final. */
	readonly guarded: boolean;
};
