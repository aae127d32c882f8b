import type {Problem} from '../errors.ts';
import type {YamlSource} from '../yaml/source.ts';

/** A file while it is read. */
export type InventoryLoadContext = {
	readonly source: YamlSource;
	/** The whole file is encrypted: every value in it is a secret. */
	readonly encrypted: boolean;
	/** Its mistakes, gathered. */
	readonly problems: Problem[];
};

/** Of what is encrypted only the place of a mistake is told: a message could show what is there. */
export function sourcePosition({encrypted, source, problems}: InventoryLoadContext): readonly Problem[] {
	if (!encrypted) return problems;
	return problems.map(({position}) => ({
		message: 'there is a mistake in the encrypted text',
		...(position === undefined ? {} : {position}),
		hint: `look at it: ansible-vault view ${source.file}`,
	}));
}
