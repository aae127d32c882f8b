import {
	boolYaml11Tag,
	CORE_SCHEMA,
	defineScalarTag,
	floatYaml11Tag,
	intYaml11Tag,
	mergeTag,
	NOT_RESOLVED,
	nullYaml11Tag,
	type ScalarTagDefinition,
	type Schema,
} from 'js-yaml';
import {Tagged} from './tagged.ts';

/**
 * How scalars without quotes are read. `strict` is YAML 1.2, in which only true and false are booleans. `ansible` is what
 * Ansible makes of the files that people have: PyYAML's YAML 1.1, in which `yes` is true and `0644` is octal, with the
 * tags `!vault` and `!unsafe`. Dates stay texts.
 */
export type Dialect = 'strict' | 'ansible';

const strict = CORE_SCHEMA.withTags(mergeTag);

/** Unlike YAML 1.1, PyYAML takes no single letter for a boolean, and no number that begins with a sign and a point. */
const ansible = CORE_SCHEMA.withTags(
	mergeTag,
	nullYaml11Tag,
	only(boolYaml11Tag, /^..+$/),
	intYaml11Tag,
	only(floatYaml11Tag, /^(?![-+]\.\d).*\d|inf|nan/i),
	tagged('vault', '!vault'),
	tagged('vault', '!vault-encrypted'),
	tagged('unsafe', '!unsafe'),
);

export const schemas: Readonly<Record<Dialect, Schema>> = {strict, ansible};

function only<T>(tag: ScalarTagDefinition<T>, pattern: RegExp): ScalarTagDefinition<T> {
	return {...tag, resolve: (source, ...rest) => (pattern.test(source) ? tag.resolve(source, ...rest) : NOT_RESOLVED)};
}

function tagged(tag: Tagged['tag'], name: string): ScalarTagDefinition<Tagged> {
	return defineScalarTag(name, {resolve: source => new Tagged(tag, source), identify: () => false});
}
