import {definePause} from './define-pause.ts';

/** Ends the pause of a guest. */
export const virshResume = definePause({
	name: 'virsh_resume',
	summary: 'Let a guest that somebody has paused run on. One that a migration holds is refused.',
	examples: ['virsh_resume: web1'],
	paused: false,
});
