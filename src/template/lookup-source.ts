import type {Secret} from '../shell/secret.ts';

/** What lookups read beside variables, on the machine that vacate runs on. */
export type LookupSources = {
	/** A variable of the environment. */
	env(name: string): string | Secret | undefined;
	/** A text file, beside the playbook or in its folder of that name; undefined when it is not there. */
	text(file: string, folder: 'files' | 'templates'): {readonly path: string; readonly text: string} | undefined;
	/** The files of one folder whose names match: `*` and `?` stand for any characters. */
	glob(pattern: string): readonly string[];
};
