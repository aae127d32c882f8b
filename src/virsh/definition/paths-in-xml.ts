import type {Element, Node} from '@xmldom/xmldom';
import {attribute, child, parse} from './domain-xml.ts';

/** A volume of a storage pool, which stands in a definition in place of a path. */
export type VolumeName = {readonly pool: string; readonly volume: string};

/** What of the host's storage a definition names. */
export type NamedStorage = {
	/** Every absolute path, in whatever element, attribute or option of QEMU it stands. */
	readonly paths: readonly string[];
	readonly volumes: readonly VolumeName[];
	/** Disks whose format has a backing chain, by the format that the definition declares. */
	readonly chains: readonly ({readonly format: string} & ({readonly path: string} | VolumeName))[];
};

const elementNode = 1;
const textNode = 3;
const cdataNode = 4;

/**
 * Reads names of files without knowing the elements that may hold them: what a newer libvirt adds is found as well. A path
 * that is no image does no harm: no image is the same file.
 *
 * @throws Error when the text is not whole XML.
 */
export function storageInXml(xml: string): NamedStorage {
	const root = parse(xml).documentElement;
	const elements = root === null ? [] : elementsBelow(root);
	const texts = elements.flatMap(element => [...attributesOf(element), ...textsOf(element)]);
	return {
		paths: [...new Set(texts.flatMap(pathsInText))],
		volumes: elements.flatMap(volumeOf),
		chains: elements.filter(({nodeName}) => nodeName === 'disk').flatMap(chainOf),
	};
}

/** `/a/b`, and `/a/b` in `file=/a/b,format=raw` of an argument for QEMU. */
function pathsInText(text: string): readonly string[] {
	const whole = text.trim();
	const found = whole.startsWith('/') ? [whole] : [...text.matchAll(/[=,:"](\/[^,"]+)/g)].map(([, path = '']) => path);
	return found.filter(canExist);
}

/** No file system of Linux has a longer name. */
function canExist(path: string): boolean {
	return path.length < 4096 && path.split('/').every(name => name.length <= 255);
}

function volumeOf(element: Element): readonly VolumeName[] {
	const [pool, volume] = [attribute(element, 'pool'), attribute(element, 'volume')];
	return pool === undefined || volume === undefined ? [] : [{pool, volume}];
}

function chainOf(disk: Element): NamedStorage['chains'] {
	const source = child(disk, 'source');
	const format = attribute(child(disk, 'driver'), 'type') ?? 'raw';
	if (source === undefined || format === 'raw') return [];
	const path = attribute(source, 'file') ?? attribute(source, 'dev');
	if (path !== undefined) return [{format, path}];
	return volumeOf(source).map(volume => ({format, ...volume}));
}

function elementsBelow(element: Element): readonly Element[] {
	const found: Element[] = [element];
	for (const node of childrenOf(element)) if (isElement(node)) found.push(...elementsBelow(node));
	return found;
}

function isElement(node: Node): node is Element {
	return node.nodeType === elementNode;
}

function childrenOf(element: Element): readonly Node[] {
	const nodes: Node[] = [];
	for (let node = element.firstChild; node; node = node.nextSibling) nodes.push(node);
	return nodes;
}

function attributesOf(element: Element): readonly string[] {
	return [...element.attributes].map(({value}) => value);
}

function textsOf(element: Element): readonly string[] {
	return childrenOf(element)
		.filter(({nodeType}) => nodeType === textNode || nodeType === cdataNode)
		.map(({nodeValue}) => nodeValue ?? '');
}
