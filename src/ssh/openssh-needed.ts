/** The host requires a feature that only OpenSSH's client has. */
export class OpenSshNeeded extends Error {}
