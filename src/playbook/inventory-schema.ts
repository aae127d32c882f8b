import type {Schema} from './choices.ts';

const textVariable = (description: string, ...examples: readonly string[]): Schema => ({
	type: 'string',
	description,
	examples,
});

/** Variables with a meaning for vacate. A value may also be an expression, or encrypted. */
const knownVariables: Readonly<Record<string, Schema>> = {
	ansible_host: textVariable('The address to connect to (default: the name of the host).', '192.0.2.14'),
	ansible_port: {type: ['integer', 'string'], description: 'The SSH port (default: 22).', examples: [2222]},
	ansible_user: textVariable('The login user (default: the user that runs vacate).', 'root'),
	ansible_ssh_private_key_file: textVariable(
		'The private key for login (default: the default keys of SSH, and the agent).',
		'~/.ssh/kvm',
	),
	ansible_password: textVariable('The login password. Prefer a key or --ask-pass.'),
	ansible_ssh_common_args: textVariable('Options for ssh: -o, -i, -p, -l, -J, -F.', '-J jump.example.org'),
	ansible_ssh_extra_args: textVariable('Additional options for ssh.', '-o ServerAliveInterval=10'),
	ansible_become: {type: ['boolean', 'string'], description: 'Run commands with sudo.', examples: [true]},
	ansible_become_user: textVariable('The user to become, with ansible_become (default: root).', 'root'),
	ansible_become_password: textVariable('The sudo password. Prefer --ask-become-pass.'),
	ansible_connection: {
		type: 'string',
		description: 'How to connect: ssh; openssh for the OpenSSH client; local for this machine.',
		examples: ['ssh', 'openssh', 'local'],
	},
	ansible_group_priority: {
		type: ['integer', 'string'],
		description: 'Of groups at the same depth, the one with the higher number wins. Only an inventory can set it.',
		examples: [10],
	},
	migration_host: textVariable(
		'The name or address of this host for migrations from other hosts (default: ansible_host, or the name of the host).',
		'198.51.100.14',
	),
	migration_listen: textVariable(
		'The address on which this host listens for migrations and copied files (default: all addresses).',
		'10.10.0.14',
	),
	migration_disks_port: {
		type: ['integer', 'string'],
		pattern: '^[0-9]+$',
		minimum: 1,
		maximum: 65535,
		description:
			'The only port on which this host receives disks, so that one guest at a time moves here (default: free ports, chosen by libvirt).',
		examples: [49216],
	},
	graphics_listen: textVariable(
		'The address on which VNC and SPICE of guests listen after they move to this host, instead of an address of their source (default: unchanged).',
		'192.0.2.14',
	),
	network_map: {
		type: ['object', 'string'],
		additionalProperties: {type: 'string'},
		description:
			'Networks, bridges and parents of macvtaps of other hosts, and their names on this host, for guests that move here (default: the same names).',
		examples: [{br0: 'br1'}],
	},
	migration_speed: textVariable(
		'The speed of the link for migrations (default: the link speed reported by the NIC).',
		'1250 MiB/s',
	),
	migration_ssh_port: {
		type: ['integer', 'string'],
		pattern: '^[0-9]+$',
		minimum: 1,
		maximum: 65535,
		description:
			'The SSH port of this host as the other hosts reach it for a migration (default: ansible_port, or else 22).',
		examples: [22],
	},
	zone: textVariable('The failure zone of the host. Rules may keep guests in different zones.', 'room-a'),
	migration_user: textVariable(
		'The user that a source host logs in as on this host for a migration (default: root).',
		'root',
	),
};

/** The JSON Schema of inventories in YAML, for editors. */
export const inventorySchema: Schema = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'vacate inventory',
	type: 'object',
	additionalProperties: {$ref: '#/$defs/group'},
	$defs: {
		group: {
			type: ['object', 'null'],
			additionalProperties: false,
			properties: {
				hosts: {
					type: ['object', 'string', 'null'],
					description: 'Hosts, by name or by a range such as node[01:50], each with its variables.',
					additionalProperties: {$ref: '#/$defs/vars'},
				},
				vars: {$ref: '#/$defs/vars', description: 'Variables for all hosts of the group.'},
				children: {
					type: ['object', 'string', 'null'],
					description: 'Child groups of this group.',
					additionalProperties: {$ref: '#/$defs/group'},
				},
			},
		},
		vars: {type: ['object', 'null'], properties: knownVariables},
	},
};

/** The JSON Schema of files with variables, such as those in group_vars, for editors. */
export const varsSchema: Schema = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'vacate variables',
	type: ['object', 'null'],
	propertyNames: {pattern: '^[A-Za-z_][A-Za-z0-9_]*$'},
	properties: knownVariables,
};
