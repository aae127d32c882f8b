import {dump} from 'js-yaml';

/** Plain data as YAML that YAML 1.1 and 1.2 read alike. */
export function yamlText(data: unknown): string {
	return dump(data, {noRefs: true});
}

/** The same with each text on one line, however long: what is compared line by line must not be folded anew. */
export function unfoldedYamlText(data: unknown): string {
	return dump(data, {noRefs: true, lineWidth: -1});
}
