import type {Gatherer} from './gather.ts';

/** What runs on a host; left out where the host does not say it. */
export type HostVersions = {readonly host: string; readonly libvirt?: string; readonly qemu?: string};

/** Remembers the versions that hosts tell while something else is read: nothing is asked for them. */
export class HostVersionBook {
	readonly #known = new Map<string, HostVersions>();

	/** A gatherer whose readings are listened to. */
	listenTo(gatherer: Gatherer): Gatherer {
		return {
			read: async requests => {
				const facts = await gatherer.read(requests);
				for (const request of requests) {
					if (request.kind !== 'capabilities') continue;
					const {host} = request;
					const {libvirt, qemu} = facts.get(request) ?? {};
					this.#known.set(host, {
						host,
						...(libvirt === undefined ? {} : {libvirt}),
						...(qemu === undefined ? {} : {qemu}),
					});
				}
				return facts;
			},
		};
	}

	/** By the names of the hosts. */
	get versions(): readonly HostVersions[] {
		return [...this.#known.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
	}
}
