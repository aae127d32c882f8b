/** Only OpenSSH's own client can do what this host needs. */
export class OpenSshNeeded extends Error {}
