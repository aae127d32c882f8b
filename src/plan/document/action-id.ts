/** The id of the first attempt: a repeated action has a number after its id, as in `play1.task1@kvm1~2`. */
export function firstId(id: string): string {
	return id.replace(/~\d+$/, '');
}
