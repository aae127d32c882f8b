import type {Element, Node} from '@xmldom/xmldom';
import {attribute, child, parse} from './domain-xml.ts';

/** A volume of a storage pool, used in a definition instead of a path. */
export type VolumeName = {readonly pool: string; readonly volume: string};

/** The storage of the host that a definition refers to. */
export type NamedStorage = {
	/** Every absolute path, in any element, attribute or QEMU option. */
	readonly paths: readonly string[];
	readonly volumes: readonly VolumeName[];
	/** Disks whose declared format supports backing files. */
	readonly chains: readonly ({readonly format: string} & ({readonly path: string} | VolumeName))[];
};

const elementNode = 1;
const textNode = 3;
const cdataNode = 4;

/**
 * Reads paths independently of the elements that contain them, so that additions of newer libvirt versions are found
 * too. A path that is not an image is harmless, since it is never the same file as an image.
 *
 * @throws Error for invalid XML.
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

/** `/a/b`, and `/a/b` in a QEMU argument such as `file=/a/b,format=raw`. */
function pathsInText(text: string): readonly string[] {
	const whole = text.trim();
	const found = whole.startsWith('/') ? [whole] : [...text.matchAll(/[=,:"](\/[^,"]+)/g)].map(([, path = '']) => path);
	return found.filter(canExist);
}

/** Whether a file system can contain this path. */
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
