import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** One playbook that both programs run, and what the two are expected to make of it. */
export type Case = {
	readonly name: string;
	readonly title: string;
	/** Arguments for both. */
	readonly args: readonly string[];
	/** Why vacate does otherwise on purpose. */
	readonly differs?: string;
	/** Why vacate does not know it. */
	readonly unsupported?: string;
	/** Does each host go its own way? Then the order of tasks is nobody's. */
	readonly unordered: boolean;
};

/** The playbooks of a folder. The comments at the head of each say the rest. */
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
