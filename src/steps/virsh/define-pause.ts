import type {DomainStatus} from '../../virsh/domains.ts';
import {resume, suspend} from '../../virsh/lifecycle.ts';
import {type GuestParam, guestParam} from '../common/guest-param.ts';
import {defineSetting} from './define-setting.ts';

type PauseStep = {
	readonly name: string;
	readonly summary: string;
	readonly examples: readonly string[];
	readonly paused: boolean;
};

/** Makes the whole step that pauses a guest, or ends its pause: each is the undo of the other. */
export function definePause({paused, ...rest}: PauseStep) {
	return defineSetting<GuestParam>({
		...rest,
		params: guestParam,
		short: 'guest',
		thing: 'the pause',
		current: isPaused,
		wanted: () => paused,
		told: value => (value === true ? {state: 'paused', reason: 'user'} : {state: 'running', reason: 'unpaused'}),
		set: (_params, host, uuid, value) => (value === true ? suspend : resume)(host, uuid),
	});
}

/** Paused by nobody but a person: what a migration has paused is not to be touched. */
function isPaused({state, reason}: DomainStatus): boolean | undefined {
	if (state === 'running') return false;
	return state === 'paused' && reason === 'user' ? true : undefined;
}
