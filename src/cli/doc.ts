import {Command} from 'commander';
import {InputError} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';
import {steps} from '../steps/index.ts';
import {stepListText, stepText} from '../views/doc.ts';

/** `vacate doc [STEP]`: what a step does and takes. */
export function docCommand(): Command {
	return new Command('doc')
		.description('Say what a step does and takes; without a name, list the steps.')
		.argument('[step]')
		.action((name: string | undefined) => {
			if (name === undefined) {
				process.stdout.write(`${stepListText([...steps.values()])}\n`);
				return;
			}
			const step = steps.get(name);
			if (step === undefined) {
				const hint = nearest(name, steps.keys()) ?? 'vacate doc lists them';
				throw new InputError([{message: `there is no step '${name}'`, hint}]);
			}
			process.stdout.write(`${stepText(step)}\n`);
		});
}
