/** A change between two plans. */
export type Change =
	| {
			readonly kind: 'goes';
			readonly guest: string;
			readonly from: string;
			readonly to: string;
			readonly instead?: string;
	  }
	| {
			readonly kind: 'stays';
			readonly guest: string;
			readonly host: string;
			readonly instead: string;
			readonly why?: string;
	  }
	| {readonly kind: 'guest-new' | 'guest-gone'; readonly guest: string; readonly host: string}
	| {readonly kind: 'guest-elsewhere'; readonly guest: string; readonly was: string; readonly now: string}
	| {readonly kind: 'guest-state'; readonly guest: string; readonly was: string; readonly now: string}
	| {
			readonly kind: 'guest-size';
			readonly guest: string;
			readonly what: GuestSize;
			readonly was: number;
			readonly now: number;
	  }
	| {readonly kind: 'disk-new' | 'disk-gone'; readonly guest: string; readonly disk: string}
	| {
			readonly kind: 'disk-size';
			readonly guest: string;
			readonly disk: string;
			readonly was: number;
			readonly now: number;
	  }
	| {readonly kind: 'host-new' | 'host-gone'; readonly host: string}
	| {readonly kind: 'host-memory'; readonly host: string; readonly was: number; readonly now: number}
	| {readonly kind: 'action-new' | 'action-gone' | 'action-other'; readonly title: string; readonly host: string}
	| {readonly kind: 'skip'; readonly title: string; readonly host: string; readonly now?: string}
	| {
			readonly kind: 'problem-new' | 'problem-gone';
			readonly title: string;
			readonly host: string;
			readonly message: string;
	  }
	| {readonly kind: 'left-new'; readonly guest: string; readonly host: string; readonly message: string}
	| {readonly kind: 'open-new' | 'open-gone'; readonly title: string}
	/** What each of these moves is asked to do, and was; undefined where nothing is said. */
	| {
			readonly kind: 'option';
			readonly option: string;
			readonly guests: readonly string[];
			readonly was?: string;
			readonly now?: string;
	  }
	| {readonly kind: 'limit'; readonly limit: string; readonly was?: number; readonly now?: number}
	/** Of all, as expected: seconds, and milliseconds of the longest pause. */
	| {readonly kind: 'time' | 'pause'; readonly was: number; readonly now: number}
	/** The guests in the order in which they begin now. */
	| {readonly kind: 'order'; readonly guests: readonly string[]}
	| {readonly kind: 'source'; readonly what: 'playbook' | 'inventory' | 'variables' | 'tool'};

/** Memory in KiB, processors, and the data on all disks in bytes. */
export type GuestSize = 'memory' | 'vcpus' | 'data';
