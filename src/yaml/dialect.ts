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
 * How unquoted scalars are read. `strict` is YAML 1.2, where only true and false are booleans. `playbook` adds the
 * booleans of YAML 1.1, such as `yes`, and Ansible's tags. `ansible` reads files as
 * Ansible does: PyYAML's YAML 1.1, where `yes` is true and `0644` is octal, with the tags `!vault` and `!unsafe`. Dates
 * remain strings.
 */
export type YamlDialect = 'strict' | 'playbook' | 'ansible';

const strict = CORE_SCHEMA.withTags(mergeTag);

const int = /^[-+]?(?:0b[01_]+|0[0-7_]*|0x[\da-fA-F_]+|[1-9][\d_]*(?::[0-5]?\d)*)$/;
const float =
	/^(?:[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|(?:[-+]?\d[\d_]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** PyYAML differs from YAML 1.1: a single letter is not a boolean, and `.5` is a number but `-.5` is not. */
const ansible = CORE_SCHEMA.withTags(
	mergeTag,
	nullYaml11Tag,
	only(boolYaml11Tag, /^..+$/),
	only(intYaml11Tag, int),
	only(floatYaml11Tag, float),
	tagged('vault', '!vault'),
	tagged('vault', '!vault-encrypted'),
	tagged('unsafe', '!unsafe'),
);

const playbook = CORE_SCHEMA.withTags(
	mergeTag,
	only(boolYaml11Tag, /^..+$/),
	tagged('vault', '!vault'),
	tagged('vault', '!vault-encrypted'),
	tagged('unsafe', '!unsafe'),
);

export const schemas: Readonly<Record<YamlDialect, Schema>> = {strict, playbook, ansible};

function only<T>(tag: ScalarTagDefinition<T>, pattern: RegExp): ScalarTagDefinition<T> {
	return {...tag, resolve: (source, ...rest) => (pattern.test(source) ? tag.resolve(source, ...rest) : NOT_RESOLVED)};
}

function tagged(tag: Tagged['tag'], name: string): ScalarTagDefinition<Tagged> {
	return defineScalarTag(name, {resolve: source => new Tagged(tag, source), identify: () => false});
}
