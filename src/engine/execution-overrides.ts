import type {Command} from '../shell/command.ts';

/**
 * How a task runs its commands differently from the inventory. An action is undone with the same
 * overrides, even in a resumed run.
 */
export type ExecutionOverrides = Pick<Command, 'environment' | 'timeoutMs' | 'becomeUser' | 'here' | 'hidden'>;
