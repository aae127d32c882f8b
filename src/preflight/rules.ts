import type {Rule} from './rule.ts';
import {destinationRules} from './rules/destination.ts';
import {deviceRules} from './rules/devices.ts';
import {diskRules, spaceRules} from './rules/disks.ts';
import {fitRules} from './rules/fit.ts';
import {guestRules} from './rules/guest.ts';
import {networkRules} from './rules/network.ts';
import {pathRules} from './rules/path.ts';
import {runRules} from './rules/run.ts';
import {sourceRules} from './rules/source.ts';

/** All rules, in the order of the checks. */
export const rules: readonly Rule[] = [
	...sourceRules,
	...guestRules,
	...deviceRules,
	...fitRules,
	...diskRules,
	...spaceRules,
	...destinationRules,
	...networkRules,
	...pathRules,
	...runRules,
].sort((a, b) => a.check - b.check || (a.id < b.id ? -1 : 1));
