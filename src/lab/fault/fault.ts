/** Programs of a host that a fault can target. `sshd` accepts new connections, `sessions` are the existing ones. */
export const programs = ['libvirtd', 'sshd', 'sessions', 'virsh', 'qemu'] as const;
export type Program = (typeof programs)[number];

/** Programs that always run on a host; a missing one is a fault. */
export const daemons = ['libvirtd', 'sshd'] as const satisfies readonly Program[];
export type Daemon = (typeof daemons)[number];

/** TCP connections to these ports of a host, from one host or from all. */
export type PortFault = {
	readonly kind: 'port';
	readonly host: string;
	/** `22`, or a range: `49152-49215`. */
	readonly ports: string;
	/** A dropped packet is never answered; a refused one is answered immediately with a reset. */
	readonly how: 'drop' | 'refuse';
	/** Only packets from this host. */
	readonly from?: string;
};

/** A fault of a lab host, which lasts until it is cleared. */
export type Fault =
	| {readonly kind: 'link'; readonly host: string}
	| {
			readonly kind: 'slow';
			readonly host: string;
			/** In each direction. */
			readonly bytesPerSecond?: number;
			/** In each direction. */
			readonly delayMs?: number;
	  }
	| {readonly kind: 'loss'; readonly host: string; readonly percent: number}
	| PortFault
	| {readonly kind: 'disk'; readonly host: string; readonly freeBytes: number}
	| {readonly kind: 'dead'; readonly host: string; readonly program: Daemon}
	| {readonly kind: 'paused'; readonly host: string; readonly program: Program; readonly guest?: string};
