import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** A playbook that both programs run, and the expected differences. */
export type Case = {
	readonly name: string;
	readonly title: string;
	/** Command-line arguments for both. */
	readonly args: readonly string[];
	/** The reason for a deliberate difference. */
	readonly differs?: string;
	/** Why vacate does not support it. */
	readonly unsupported?: string;
	/** Whether hosts run independently, so that the order of tasks is undefined. */
	readonly unordered: boolean;
};

/** The playbooks of a folder, described by the comments at the head of each. */
export function casesIn(folder: string): readonly Case[] {
	return readdirSync(folder)
		.filter(file => file.endsWith('.yml'))
		.sort()
		.map(file => {
			const text = readFileSync(join(folder, file), 'utf8');
			const [title = ''] = text.split('\n');
			const said = (word: string) => new RegExp(`^# ${word}: (.*)$`, 'm').exec(text)?.[1];
			const differs = said('differs');
			const unsupported = said('unsupported');
			return {
				name: file.replace(/\.yml$/, ''),
				title: title.replace(/^# /, ''),
				args: (said('args') ?? '').split(' ').filter(word => word !== ''),
				...(differs === undefined ? {} : {differs}),
				...(unsupported === undefined ? {} : {unsupported}),
				unordered: /strategy: (free|host_pinned)/.test(text),
			};
		});
}
