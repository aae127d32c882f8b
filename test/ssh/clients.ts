/** The two SSH clients, and the variables that select each. */
export const clients = [
	{name: 'ssh2', vars: {}},
	{name: "OpenSSH's client", vars: {ansible_connection: 'openssh'}},
] as const;
