import {dump} from 'js-yaml';

/** Plain data as YAML that YAML 1.1 and 1.2 read alike. */
export function yamlText(data: unknown): string {
	return dump(data, {noRefs: true});
}
