import type {DomainDefinition} from './dumpxml.ts';
import {parseDefinition} from './parse-definition.ts';
import type {Rewrite} from './rewrite-xml.ts';

/** The definition after a move that changes names and listen addresses. Paths of disks stay as they are. */
export async function renameInDefinition(
	definition: DomainDefinition,
	rewrites: readonly Rewrite[],
): Promise<DomainDefinition> {
	if (!rewrites.some(({of}) => of !== undefined)) return definition;
	const named = (element: string, wanted: readonly NonNullable<Rewrite['of']>[]) => {
		let text = element;
		for (const attribute of ['network', 'bridge', 'dev', 'listen', 'address']) {
			text = text.replace(
				new RegExp(`( ${attribute}=)(['"])([^'"]*)\\2`),
				(whole, before: string, quote: string, name: string) => {
					const found = rewrites.find(({of, from}) => of !== undefined && wanted.includes(of) && from === name);
					return found === undefined ? whole : `${before}${quote}${found.to}${quote}`;
				},
			);
		}
		return text;
	};
	const xml = definition.xml
		.replaceAll(/<interface [\s\S]*?<\/interface>/g, card =>
			card.replaceAll(/<source [^>]*>/g, source => named(source, [/ network=/.test(source) ? 'network' : 'link'])),
		)
		.replaceAll(/<graphics [^>]*>/g, graphics => named(graphics, ['graphics']))
		.replaceAll(/<listen type=(['"])address\1[^>]*>/g, listen => named(listen, ['graphics']));
	const {traits} = await parseDefinition(xml);
	return {...definition, xml, traits};
}
