/** A string with one of Ansible's own tags. The caller must resolve it. */
export class Tagged {
	constructor(
		/** `vault` is a string encrypted with Ansible Vault, `unsafe` one that is never parsed as a template. */
		readonly tag: 'vault' | 'unsafe',
		readonly text: string,
	) {}
}
