import {visible} from './columns.ts';

/** A play as shown by `--list-hosts`, `--list-tasks` and `--list-tags`. */
export type ListedPlay = {
	readonly name: string;
	readonly patterns: readonly string[];
	readonly tags: readonly string[];
	readonly hosts: readonly string[];
	readonly tasks: readonly {readonly name: string; readonly tags: readonly string[]}[];
};

export type Listing = {readonly hosts: boolean; readonly tasks: boolean; readonly tags: boolean};

/** The plays of a playbook in the output format of ansible-playbook. */
export function listingText(file: string, plays: readonly ListedPlay[], what: Listing): string {
	const parts = plays.map((play, index) => {
		const {name, patterns, tags, hosts, tasks} = play;
		return [
			`  play #${index + 1} (${visible(patterns.join(','))}): ${visible(name)}\tTAGS: ${tagsText(tags, ',')}`,
			...(what.hosts
				? [
						`    pattern: [${patterns.map(pattern => `'${visible(pattern)}'`).join(', ')}]`,
						`    hosts (${hosts.length}):`,
						...hosts.map(host => `      ${visible(host)}`),
					]
				: []),
			...(what.tasks
				? ['    tasks:', ...tasks.map(task => `      ${visible(task.name)}\tTAGS: ${tagsText(task.tags)}`)]
				: []),
			...(what.tags ? [`      TASK TAGS: ${tagsText(tasks.flatMap(task => task.tags))}`] : []),
		].join('\n');
	});
	return `\nplaybook: ${visible(file)}\n\n${parts.join('\n\n')}\n`;
}

function tagsText(tags: readonly string[], separator = ', '): string {
	return `[${[...new Set(tags)].toSorted().map(visible).join(separator)}]`;
}
