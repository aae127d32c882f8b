import {domnameWords, dumpStoredWords, dumpxml, dumpxmlArgs} from '../virsh/definition/dumpxml.ts';
import {parseDefinitions} from '../virsh/definition/parse-definition.ts';
import {unreadable} from './ask.ts';
import type {Request, Value} from './facts.ts';

/** The subcommands of a batch that read the definitions of a domain, and whether it exists. */
export function domainArgs(uuid: string): readonly (readonly string[])[] {
	return [dumpxmlArgs(uuid), domnameWords(uuid), dumpStoredWords(uuid)];
}

/** @throws CommandError for a definition of another domain, and for an existing domain without a definition. */
export async function parseDomain(texts: readonly string[], {host, uuid}: Request<'domain'>): Promise<Value<'domain'>> {
	const [text = '', name = '', stored = ''] = texts;
	const refuse = (why: string) => unreadable(dumpxml(host, uuid), {stdout: text, stderr: ''}, why);
	if (text.trim() === '' && name === '') return undefined;
	if (text.trim() === '') throw refuse('the domain exists, but no definition was printed');
	const definition = await parseDefinitions(text, stored).catch((error: unknown) => {
		throw refuse(`cannot read the definition of ${uuid}: ${error instanceof Error ? error.message : error}`);
	});
	if (definition.uuid !== uuid) throw refuse(`printed the definition of ${definition.uuid} instead of ${uuid}`);
	return definition;
}
