import type {PreflightRule} from './rule.ts';
import {destinationRules} from './rules/destination.ts';
import {deviceRules} from './rules/devices.ts';
import {diskModeRules} from './rules/disk-modes.ts';
import {diskRules} from './rules/disks.ts';
import {fitRules} from './rules/fit.ts';
import {guestRules} from './rules/guest.ts';
import {guestWorkRules} from './rules/guest-work.ts';
import {identityRules} from './rules/identity.ts';
import {networkRules} from './rules/network.ts';
import {pathRules} from './rules/path.ts';
import {runRules} from './rules/run.ts';
import {sourceRules} from './rules/source.ts';
import {spaceRules} from './rules/space.ts';

/** All rules, in the order of the checks. */
export const rules: readonly PreflightRule[] = [
	...sourceRules,
	...guestRules,
	...guestWorkRules,
	...deviceRules,
	...diskModeRules,
	...fitRules,
	...diskRules,
	...spaceRules,
	...destinationRules,
	...identityRules,
	...networkRules,
	...pathRules,
	...runRules,
].sort((a, b) => a.check - b.check || (a.id < b.id ? -1 : 1));
