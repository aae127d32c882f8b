/** Hosts that run the same tasks together: each task on all of them before the next. */
export type Cohort = {
	readonly hosts: readonly string[];
	/** Whether a `rescue` encloses the tasks: then a failure is not final. */
	readonly guarded: boolean;
};
