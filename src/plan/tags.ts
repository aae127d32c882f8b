/** The tags that select the tasks of a run. */
export type TagChoice = {readonly only: readonly string[]; readonly skip: readonly string[]};

/**
 * Whether a task with these tags is selected. As in Ansible, `always`, `never`, `all`, `tagged` and `untagged` are
 * special.
 */
export function isWanted(tags: readonly string[], {only, skip}: TagChoice): boolean {
	return isChosen(tags, only.length === 0 ? ['all'] : only) && !isSkipped(tags, skip);
}

function isChosen(tags: readonly string[], only: readonly string[]): boolean {
	if (tags.includes('always')) return true;
	if (only.includes('all') && !tags.includes('never')) return true;
	if (namesOf(tags).some(tag => only.includes(tag))) return true;
	return only.includes('tagged') && tags.length > 0 && !tags.includes('never');
}

function isSkipped(tags: readonly string[], skip: readonly string[]): boolean {
	if (skip.includes('all')) return !tags.includes('always') || skip.includes('always');
	if (namesOf(tags).some(tag => skip.includes(tag))) return true;
	return skip.includes('tagged') && tags.length > 0;
}

function namesOf(tags: readonly string[]): readonly string[] {
	return tags.length === 0 ? ['untagged'] : tags;
}
