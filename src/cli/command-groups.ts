/** The groups of commands in `vacate --help`, in their order there. */
export const commandGroups = {
	projects: 'Projects:',
	plans: 'Plans:',
	runs: 'Runs:',
	hosts: 'Hosts:',
	help: 'Help and trials:',
} as const;
