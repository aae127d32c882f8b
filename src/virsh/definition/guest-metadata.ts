import {children, parse, textAttribute} from './domain-xml.ts';

/**
 * Settings of the guest's owners for moves, in its definition:
 *
 *     virsh metadata db1 --uri urn:vacate --key vacate --live --config \
 *       --set '<guest labels="db prod" owner="anna" priority="10" policy="leave" apart="db" concerns="cluster-heartbeat"/>'
 */
export type GuestMetadata = {
	/** libvirt's own `<title>`. */
	readonly title?: string;
	readonly labels: readonly string[];
	/** Who is responsible for the guest, in any words. */
	readonly owner?: string;
	readonly policy?: string;
	readonly priority?: number;
	/** Groups whose guests must, or must not, be on one host. */
	readonly together: readonly string[];
	readonly apart: readonly string[];
	/** What a pause may disrupt. */
	readonly concerns: readonly string[];
	/** What the run depends on in the guest. */
	readonly carries: readonly string[];
};

const namespace = 'urn:vacate';

const none: GuestMetadata = {labels: [], together: [], apart: [], concerns: [], carries: []};

/** @throws Error for invalid XML. */
export function readGuestMetadata(xml: string): GuestMetadata {
	// Most guests have none, and parsing XML is slow.
	if (!xml.includes(namespace) && !xml.includes('<title>')) return none;
	const root = parse(xml).documentElement ?? undefined;
	const title = children(root, 'title')[0]?.textContent?.trim() ?? '';
	const titled = title === '' ? {} : {title};
	const [metadata] = children(root, 'metadata');
	for (let node = metadata?.firstChild; node; node = node.nextSibling) {
		if (node.nodeType !== node.ELEMENT_NODE || node.namespaceURI !== namespace) continue;
		const [guest] = children(metadata, node.nodeName);
		const words = (name: string) =>
			textAttribute(guest, name)
				.split(/[\s,]+/)
				.filter(word => word !== '');
		const owner = textAttribute(guest, 'owner').trim();
		const [policy] = words('policy');
		const [priority] = words('priority').map(Number).filter(Number.isFinite);
		return {
			...titled,
			labels: words('labels'),
			...(owner === '' ? {} : {owner}),
			...(policy === undefined ? {} : {policy}),
			...(priority === undefined ? {} : {priority}),
			together: words('together'),
			apart: words('apart'),
			concerns: words('concerns'),
			carries: words('carries'),
		};
	}
	return {...none, ...titled};
}
