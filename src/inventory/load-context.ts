import type {Problem} from '../errors.ts';
import type {YamlSource} from '../yaml/source.ts';

/** A file being read. */
export type InventoryLoadContext = {
	readonly source: YamlSource;
	/** The whole file is encrypted: every value in it is a secret. */
	readonly encrypted: boolean;
	/** The problems found so far. */
	readonly problems: Problem[];
};

/** For an encrypted file only the position of a problem is shown, because the message could reveal its content. */
export function sourcePosition({encrypted, source, problems}: InventoryLoadContext): readonly Problem[] {
	if (!encrypted) return problems;
	return problems.map(({position}) => ({
		message: 'error in the encrypted text',
		...(position === undefined ? {} : {position}),
		hint: `view it with: ansible-vault view ${source.file}`,
	}));
}
