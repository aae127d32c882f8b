import type {Problem} from '../errors.ts';
import type {Playbook, PlaybookTask} from '../playbook/model.ts';
import {sectionsOf, walkTasks} from '../playbook/walk.ts';
import type {TemplateNames} from '../template/template.ts';
import {setNames} from './set-names.ts';

export const factHint = 'write it into the inventory, or read it with a command and register';

const factName =
	/^ansible_(facts|(all_ipv[46]_addresses|apparmor|architecture|bios_\w+|board_\w+|chassis_\w+|cmdline|date_time|default_ipv[46]|devices?|device_links|distribution\w*|dns|domain|effective_(user|group)_id|env|eth\d+|fibre_channel_wwn|fips|form_factor|fqdn|hostname|hostnqn|interfaces|is_chroot|iscsi_iqn|kernel\w*|lo|loadavg|local|lsb|lvm|machine\w*|mem\w+|memory_mb|mounts|nodename|os_family|pkg_mgr|proc_cmdline|processor\w*|product_\w+|python|python_version|real_(user|group)_id|selinux\w*|service_mgr|ssh_host_key_\w+|swap\w+|system|system_\w+|uptime_seconds|user_(dir|gecos|gid|id|shell|uid)|userspace_\w+|virtualization_\w+))$/;

/** Whether Ansible gathers a fact of this name. */
export function isFactName(name: string): boolean {
	return factName.test(name);
}

/** Facts that tasks use and nothing in the playbook sets: an inventory is not needed to see that they are not gathered. */
export function factProblems({plays}: Playbook): readonly Problem[] {
	return plays.flatMap(play => {
		const tasks = [...walkTasks(sectionsOf(play))];
		const set = tasks.map(setNames).flatMap(({facts, included}) => [facts, included]);
		if (set.includes('any') || play.varsFiles.length > 0) return [];
		const known = new Set([...set.flat(), ...Object.keys(play.vars)]);
		return tasks.flatMap(task => {
			const own = new Set([...Object.keys(task.vars), ...Object.keys(task.includeVars)]);
			const used = [...task.when, ...(task.kind === 'task' ? partsOf(task) : [])];
			return used.flatMap(({roots}) =>
				[...roots].flatMap(([name, position]) =>
					!isFactName(name) || known.has(name) || own.has(name)
						? []
						: [task.place.problemAt(`'${name}' is undefined: facts are not gathered`, position, factHint)],
				),
			);
		});
	});
}

function partsOf({params, loop, environment}: PlaybookTask): readonly TemplateNames[] {
	return [params, ...(loop === undefined ? [] : [loop]), ...environment];
}
