import test from 'ava';
import {
	type HostDomainStatus,
	type MoveState,
	moveState,
} from '../../../src/steps/migration/location/guest-location.ts';
import type {DomainState} from '../../../src/virsh/states.ts';

const seen = (text: string): HostDomainStatus => {
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
const rows: readonly (readonly [string, string, MoveState])[] = [
	['running (booted)', 'absent', 'source'],
	['running (booted)', 'shut off (failed)', 'source'],
	['paused (user)', 'absent', 'source'],
	['running (migration canceled)', 'absent', 'source'],
	['shut off (migrated)', 'running (migrated)', 'destination'],
	['absent', 'running (migrated)', 'destination'],
	['absent', 'paused (user)', 'destination'],
	['paused (migrating)', 'absent', 'paused-at-source'],
	['running (booted)', 'paused (migrating)', 'incoming'],
	['running (booted)', 'paused (starting up)', 'incoming'],
	['absent', 'paused (migrating)', 'incoming'],
	['paused (post-copy)', 'running (post-copy)', 'postcopy-active'],
	['paused (migrating)', 'running (post-copy)', 'postcopy-active'],
	['paused (post-copy failed)', 'running (post-copy failed)', 'postcopy-failed'],
	['paused (post-copy failed)', 'paused (post-copy failed)', 'postcopy-failed'],
	['paused (post-copy)', 'paused (post-copy failed)', 'postcopy-failed'],
	['paused (post-copy failed)', 'paused (migrating)', 'postcopy-lost-destination'],
	['paused (post-copy)', 'paused (migrating)', 'postcopy-active'],
	['running (migration canceled)', 'running (migrated)', 'contradictory'],
	['paused (migrating)', 'running (migrated)', 'handover-unconfirmed'],
	['paused (migrating)', 'running (booted)', 'contradictory'],
	['paused (user)', 'running (migrated)', 'contradictory'],
	['shut off (destroyed)', 'shut off (failed)', 'contradictory'],
	['paused (post-copy failed)', 'absent', 'contradictory'],
	['shut off (crashed)', 'absent', 'down'],
	['shut off (migrated)', 'shut off (crashed)', 'contradictory'],
	['absent', 'absent', 'contradictory'],
];

for (const [source, destination, at] of rows) {
	test(`source ${source}, destination ${destination}: ${at}`, t => {
		t.is(moveState(seen(source), seen(destination)), at);
	});
}
