import type {Fault} from '../lab/fault/fault.ts';
import {bytesText, rateText} from './format.ts';

/** What is wrong with the lab’s hosts, a line each. */
export function faultsText(faults: readonly Fault[]): string {
	if (faults.length === 0) return 'all hosts are well';
	return faults.map(fault => `${fault.host}: ${faultText(fault)}`).join('\n');
}

function faultText(fault: Fault): string {
	switch (fault.kind) {
		case 'link':
			return 'its link is cut';
		case 'slow': {
			const rate = fault.bytesPerSecond === undefined ? [] : [`to ${rateText(fault.bytesPerSecond)}`];
			const delay = fault.delayMs === undefined ? [] : [`by ${fault.delayMs} ms`];
			return `its link is slowed ${[...rate, ...delay].join(', ')} each way`;
		}
		case 'loss':
			return `it loses ${fault.percent} % of what reaches it`;
		case 'port': {
			const from = fault.from === undefined ? 'everybody' : fault.from;
			return `TCP ports ${fault.ports} are ${fault.how === 'drop' ? 'dropped' : 'refused'} for ${from}`;
		}
		case 'disk':
			return `the disk of its images has ${bytesText(fault.freeBytes)} left`;
		case 'dead':
			return `${fault.program} does not run`;
		case 'paused':
			return `${fault.program}${fault.guest === undefined ? '' : ` of ${fault.guest}`} is paused`;
	}
}
