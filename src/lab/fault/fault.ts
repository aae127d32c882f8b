/** Programs of a host that a fault can befall. `sshd` takes new connections, `sessions` are those that are there. */
export const programs = ['libvirtd', 'sshd', 'sessions', 'virsh', 'qemu'] as const;
export type Program = (typeof programs)[number];

/** Programs that a host has all the time, so that one that is not there is a fault. */
export const daemons = ['libvirtd', 'sshd'] as const satisfies readonly Program[];
export type Daemon = (typeof daemons)[number];

/** TCP connections to these ports of a host, from one host or from everywhere. */
export type PortFault = {
	readonly kind: 'port';
	readonly host: string;
	/** `22`, or a range: `49152-49215`. */
	readonly ports: string;
	/** A dropped packet is never answered; a refused one is answered at once, with a reset. */
	readonly how: 'drop' | 'refuse';
	/** Only what this host sends. */
	readonly from?: string;
};

/** Something that is wrong with a host of the lab and stays so until it is cleared. */
export type Fault =
	| {readonly kind: 'link'; readonly host: string}
	| {
			readonly kind: 'slow';
			readonly host: string;
			/** Each way. */
			readonly bytesPerSecond?: number;
			/** Each way. */
			readonly delayMs?: number;
	  }
	| {readonly kind: 'loss'; readonly host: string; readonly percent: number}
	| PortFault
	| {readonly kind: 'disk'; readonly host: string; readonly freeBytes: number}
	| {readonly kind: 'dead'; readonly host: string; readonly program: Daemon}
	| {readonly kind: 'paused'; readonly host: string; readonly program: Program; readonly guest?: string};
