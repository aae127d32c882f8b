import type {Command} from '../shell/command.ts';

/**
 * What a task changes in how its commands are run, against what the inventory says. An action is undone with the same
 * overrides, also by a run that is resumed.
 */
export type ExecutionOverrides = Pick<Command, 'environment' | 'timeoutMs' | 'becomeUser' | 'here' | 'hidden'>;
