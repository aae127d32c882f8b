import type {Secret} from '../shell/secret.ts';
import type {Unknown} from './value.ts';

/** A text file; its text is a secret if the file is encrypted. */
export type LookedUpFile = {readonly path: string; readonly text: string | Secret};

/** What lookups read besides variables, on the machine that runs vacate. */
export type LookupSources = {
	/** An environment variable. */
	env(name: string): string | Secret | undefined;
	/**
	 * A text file next to the playbook or in its `files/` or `templates/` folder; undefined if it does not exist.
	 *
	 * @throws InputError for a file that cannot be read or decrypted.
	 */
	text(file: string, folder: 'files' | 'templates'): LookedUpFile | undefined;
	/** In a rehearsal: the origin of the files, if earlier tasks may have changed files of this machine. */
	changed?(): Unknown | undefined;
	/** The files of one folder whose names match; `*` and `?` are wildcards. */
	glob(pattern: string): readonly string[];
};
