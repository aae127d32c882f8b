import test from 'ava';
import {remedyText} from '../../src/preflight/finding.ts';
import {preflight} from '../../src/preflight/preflight.ts';
import {rules} from '../../src/preflight/rules.ts';
import {destinationCases} from './cases/destination.ts';
import {devicesCases} from './cases/devices.ts';
import {diskModesCases} from './cases/disk-modes.ts';
import {disksCases} from './cases/disks.ts';
import {fitCases} from './cases/fit.ts';
import {guestCases} from './cases/guest.ts';
import {guestWorkCases} from './cases/guest-work.ts';
import {identityCases} from './cases/identity.ts';
import {networkCases} from './cases/network.ts';
import {pathCases} from './cases/path.ts';
import type {RuleCases} from './cases/rule-cases.ts';
import {runCases} from './cases/run.ts';
import {sourceCases} from './cases/source.ts';
import {spaceCases} from './cases/space.ts';
import {world} from './world.ts';

const cases: RuleCases = {
	...destinationCases,
	...devicesCases,
	...diskModesCases,
	...disksCases,
	...fitCases,
	...guestCases,
	...guestWorkCases,
	...identityCases,
	...networkCases,
	...pathCases,
	...runCases,
	...sourceCases,
	...spaceCases,
};

test('every rule has a case, and every case a rule', t => {
	t.deepEqual(Object.keys(cases).sort(), rules.map(({id}) => id).sort());
});

for (const [id, variants] of Object.entries(cases)) {
	test(`${id} finds what it is for`, t => {
		for (const [changes, expected] of variants) {
			const {findings} = preflight(world(changes));
			const own = findings.filter(({rule}) => rule === id);
			t.deepEqual(
				Object.fromEntries(own.map(({reason, remedy}) => [reason, remedyText(remedy)])),
				Object.fromEntries(expected),
			);
		}
	});
}
