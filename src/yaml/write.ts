import {dump} from 'js-yaml';

/** Formats plain data as YAML that YAML 1.1 and 1.2 parsers read alike. */
export function yamlText(data: unknown): string {
	return dump(data, {noRefs: true});
}

/** As `yamlText`, but each string stays on one line so that the output can be compared line by line. */
export function unfoldedYamlText(data: unknown): string {
	return dump(data, {noRefs: true, lineWidth: -1});
}
