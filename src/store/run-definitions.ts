import {isMapping} from '../template/value.ts';
import type {EvidencePart} from './evidence.ts';

/**
 * The definitions of the guests in the output of the commands of a run, in the order in which hosts reported them; each
 * once for each host. A line that is incomplete, because the process was killed, has none.
 *
 * @param commands The text of `commands.jsonl`.
 */
export function definitionsIn({text, masked}: EvidencePart): readonly EvidencePart[] {
	const seen = new Set<string>();
	const counts = new Map<string, number>();
	return text.split('\n').flatMap(line =>
		reportedIn(line).flatMap(({host, uuid, xml}) => {
			const key = `${host} ${xml}`;
			if (seen.has(key)) return [];
			seen.add(key);
			const count = (counts.get(uuid) ?? 0) + 1;
			counts.set(uuid, count);
			const part = `definitions/${uuid}.${count}.${host}.xml`;
			return [{part, text: `${xml}\n`, ...(masked === true ? {masked} : {})}];
		}),
	);
}

type Reported = {readonly host: string; readonly uuid: string; readonly xml: string};

/** A command can report several definitions. In XML, no text contains an end tag. */
function reportedIn(line: string): readonly Reported[] {
	if (!line.includes('dumpxml')) return [];
	const {host, stdout} = commandIn(line);
	if (typeof host !== 'string' || typeof stdout !== 'string') return [];
	return definitionTexts(stdout).flatMap(xml => {
		const [, uuid] = /<uuid>([\da-f-]{36})<\/uuid>/.exec(xml) ?? [];
		return uuid === undefined ? [] : [{host, uuid, xml}];
	});
}

function definitionTexts(output: string): readonly string[] {
	const end = '</domain>';
	const texts: string[] = [];
	for (let from = output.indexOf('<domain '); from !== -1; ) {
		const to = output.indexOf(end, from);
		if (to === -1) return texts;
		texts.push(output.slice(from, to + end.length));
		from = output.indexOf('<domain ', to);
	}
	return texts;
}

function commandIn(line: string): Readonly<Record<string, unknown>> {
	try {
		const data: unknown = JSON.parse(line);
		return isMapping(data) ? data : {};
	} catch {
		return {};
	}
}
