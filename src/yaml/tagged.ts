/** A text with one of Ansible's own tags: not data yet, but what somebody has to make of it. */
export class Tagged {
	constructor(
		/** `vault` is a text that Ansible Vault has encrypted, `unsafe` one that is never read as a template. */
		readonly tag: 'vault' | 'unsafe',
		readonly text: string,
	) {}
}
