import type {LabLayout} from './layout.ts';

/** The lab as an Ansible inventory in YAML. */
export function inventoryText({machines, key, knownHosts}: LabLayout): string {
	const hosts = machines.map(({name, address}) => `        ${name}: {ansible_host: ${address}}\n`).join('');
	return `all:
  children:
    compute:
      hosts:
${hosts}      vars:
        ansible_user: root
        ansible_ssh_private_key_file: ${key}
        ansible_ssh_common_args: -o UserKnownHostsFile=${knownHosts}
`;
}
