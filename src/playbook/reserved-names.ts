/** Magic variables: they are set for every host and cannot be registered. */
export const reservedNames: ReadonlySet<string> = new Set([
	'inventory_hostname',
	'inventory_hostname_short',
	'group_names',
	'groups',
	'hostvars',
	'play_hosts',
	'playbook_dir',
	'inventory_dir',
	'inventory_file',
	'ansible_play_name',
	'ansible_play_hosts',
	'ansible_play_hosts_all',
	'ansible_play_batch',
	'ansible_current_hosts',
	'ansible_failed_hosts',
	'ansible_loop',
	'ansible_run_tags',
	'ansible_skip_tags',
	'ansible_check_mode',
	'ansible_diff_mode',
	'ansible_forks',
	'ansible_limit',
	'ansible_playbook_python',
	'ansible_version',
	'ansible_verbosity',
	'omit',
]);

/** Variables that every host has unless its inventory sets them. */
export const defaultNames: ReadonlySet<string> = new Set(['ansible_host']);

/** Variables that are set in `rescue` and `always` after a task has failed. */
export const failureNames = ['ansible_failed_task', 'ansible_failed_result'] as const;
