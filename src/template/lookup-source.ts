import type {Secret} from '../shell/secret.ts';
import type {Unknown} from './value.ts';

/** What lookups read besides variables, on the machine that runs vacate. */
export type LookupSources = {
	/** An environment variable. */
	env(name: string): string | Secret | undefined;
	/** A text file next to the playbook or in its `files/` or `templates/` folder; undefined if it does not exist. */
	text(file: string, folder: 'files' | 'templates'): {readonly path: string; readonly text: string} | undefined;
	/** In a rehearsal: the origin of the files, if earlier tasks may have changed files of this machine. */
	changed?(): Unknown | undefined;
	/** The files of one folder whose names match; `*` and `?` are wildcards. */
	glob(pattern: string): readonly string[];
};
