import {definePause} from './define-pause.ts';

/** Pauses a guest. */
export const virshSuspend = definePause({
	name: 'virsh_suspend',
	summary: 'Pause a running guest.',
	examples: ['virsh_suspend: web1'],
	paused: true,
});
