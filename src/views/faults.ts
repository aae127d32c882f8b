import type {Fault} from '../lab/fault/fault.ts';
import {bytesText, rateText} from './format.ts';

/** The faults injected into the hosts of the lab, one per line. */
export function faultsText(faults: readonly Fault[]): string {
	if (faults.length === 0) return 'no faults';
	return faults.map(fault => `${fault.host}: ${faultText(fault)}`).join('\n');
}

function faultText(fault: Fault): string {
	switch (fault.kind) {
		case 'link':
			return 'link is down';
		case 'slow': {
			const rate = fault.bytesPerSecond === undefined ? [] : [`limited to ${rateText(fault.bytesPerSecond)}`];
			const delay = fault.delayMs === undefined ? [] : [`delayed by ${fault.delayMs} ms`];
			return `link is ${[...rate, ...delay].join(' and ')} in each direction`;
		}
		case 'loss':
			return `${fault.percent} % of incoming packets are lost`;
		case 'port': {
			const from = fault.from === undefined ? 'all sources' : fault.from;
			return `TCP ports ${fault.ports} are ${fault.how === 'drop' ? 'dropped' : 'refused'} for ${from}`;
		}
		case 'disk':
			return `the image disk has ${bytesText(fault.freeBytes)} free`;
		case 'dead':
			return `${fault.program} is not running`;
		case 'paused':
			return `${fault.program}${fault.guest === undefined ? '' : ` of ${fault.guest}`} is paused`;
	}
}
