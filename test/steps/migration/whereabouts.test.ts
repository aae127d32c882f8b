import test from 'ava';
import {type Sighting, type Whereabouts, whereabouts} from '../../../src/steps/migration/location/guest-location.ts';
import type {DomainState} from '../../../src/virsh/states.ts';

const seen = (text: string): Sighting => {
	if (text === 'absent') return undefined;
	const [, state = '', reason = ''] = /^(.*) \((.*)\)$/.exec(text) ?? [];
	const uuid = '00000000-0000-4000-8000-000000000001';
	return {
		uuid,
		name: 'web1',
		state: state as DomainState,
		reason,
		persistent: true,
		autostart: false,
		memoryKib: 1024,
		vcpus: 1,
	};
};

/** What the source says, what the destination says, and so where the guest is. */
const rows: readonly (readonly [string, string, Whereabouts])[] = [
	['running (booted)', 'absent', 'source'],
	['running (booted)', 'shut off (failed)', 'source'],
	['paused (user)', 'absent', 'source'],
	['running (migration canceled)', 'absent', 'source'],
	['shut off (migrated)', 'running (migrated)', 'destination'],
	['absent', 'running (migrated)', 'destination'],
	['absent', 'paused (user)', 'destination'],
	['paused (migrating)', 'absent', 'held'],
	['running (booted)', 'paused (migrating)', 'arriving'],
	['running (booted)', 'paused (starting up)', 'arriving'],
	['absent', 'paused (migrating)', 'arriving'],
	['paused (post-copy)', 'running (post-copy)', 'split'],
	['paused (migrating)', 'running (post-copy)', 'split'],
	['paused (post-copy failed)', 'running (post-copy failed)', 'torn'],
	['paused (post-copy failed)', 'paused (post-copy failed)', 'torn'],
	['paused (post-copy)', 'paused (post-copy failed)', 'torn'],
	['paused (post-copy failed)', 'paused (migrating)', 'stranded'],
	['paused (post-copy)', 'paused (migrating)', 'split'],
	['running (migration canceled)', 'running (migrated)', 'doubtful'],
	['paused (migrating)', 'running (migrated)', 'unconfirmed'],
	['paused (migrating)', 'running (booted)', 'doubtful'],
	['paused (user)', 'running (migrated)', 'doubtful'],
	['shut off (destroyed)', 'shut off (failed)', 'doubtful'],
	['paused (post-copy failed)', 'absent', 'doubtful'],
	['shut off (crashed)', 'absent', 'down'],
	['shut off (migrated)', 'shut off (crashed)', 'doubtful'],
	['absent', 'absent', 'doubtful'],
];

for (const [source, destination, at] of rows) {
	test(`source ${source}, destination ${destination}: ${at}`, t => {
		t.is(whereabouts(seen(source), seen(destination)), at);
	});
}
