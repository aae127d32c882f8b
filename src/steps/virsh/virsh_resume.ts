import {definePause} from './define-pause.ts';

/** Ends the pause of a guest. */
export const virshResume = definePause({
	name: 'virsh_resume',
	summary: 'Resume a paused guest. Refused for a guest that is paused by a migration.',
	examples: ['virsh_resume: web1'],
	paused: false,
});
