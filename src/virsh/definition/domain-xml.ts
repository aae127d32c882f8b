import {DOMParser, type Document, type Element, onErrorStopParsing} from '@xmldom/xmldom';
import {demandSmallXml} from './xml-limits.ts';

/** @throws Error for invalid XML, and for XML that exceeds the limits. */
export function parse(xml: string): Document {
	demandSmallXml(xml);
	try {
		return new DOMParser({onError: onErrorStopParsing, normalizeLineEndings: asItIs}).parseFromString(xml, 'text/xml');
	} catch (error) {
		// The library throws values that are not Errors.
		throw new Error(`invalid XML: ${(error as {message?: unknown}).message}`);
	}
}

/** In XML 1.0, which libvirt uses, U+0085, U+2028 and U+2029 are ordinary characters, allowed in names and paths. */
function asItIs(xml: string): string {
	return xml;
}

/** Older libvirt versions write it next to the source, newer ones inside. */
export function encryptions(disk: Element): readonly Element[] {
	return [disk, child(disk, 'source')].flatMap(parent => children(parent, 'encryption'));
}

/** UUIDs. */
export function secretsOf(disk: Element): readonly string[] {
	const holders = [...encryptions(disk), ...[disk, child(disk, 'source')].flatMap(parent => children(parent, 'auth'))];
	return holders.flatMap(holder => attribute(child(holder, 'secret'), 'uuid') ?? []);
}

export function children(parent: Element | undefined, name: string): readonly Element[] {
	const found: Element[] = [];
	for (let node = parent?.firstChild; node; node = node.nextSibling) {
		if (node.nodeName === name) found.push(node as Element);
	}
	return found;
}

export function child(parent: Element | undefined, name: string): Element | undefined {
	return children(parent, name)[0];
}

export function attribute(element: Element | undefined, name: string): string | undefined {
	return element?.getAttribute(name) ?? undefined;
}

/** The attribute, or an empty string. */
export function textAttribute(element: Element | undefined, name: string): string {
	return attribute(element, name) ?? '';
}

export function textOf(parent: Element | undefined, name: string): string {
	return child(parent, name)?.textContent?.trim() ?? '';
}

const kibibytesPer: Readonly<Record<string, number>> = {
	b: 1 / 1024,
	bytes: 1 / 1024,
	KB: 1000 / 1024,
	KiB: 1,
	k: 1,
	MB: 1_000_000 / 1024,
	MiB: 1024,
	M: 1024,
	GB: 1_000_000_000 / 1024,
	GiB: 1024 ** 2,
	G: 1024 ** 2,
	TiB: 1024 ** 3,
	T: 1024 ** 3,
};

/** A memory size in libvirt's units; KiB by default. */
export function inKibibytes(amount: string, unit = 'KiB'): number {
	return Math.ceil(Number(amount) * (kibibytesPer[unit] ?? 1));
}
