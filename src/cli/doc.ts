import {Command} from 'commander';
import {InputError} from '../errors.ts';
import {nearest} from '../spelling/nearest.ts';

/** `vacate doc [STEP]`: what a step does and takes. */
export function docCommand(): Command {
	return new Command('doc')
		.description('Say what a step does and takes; without a name, list the steps.')
		.argument('[step]')
		.action(async (name: string | undefined) => {
			const [{steps}, {stepListText, stepText}, {controls}] = await Promise.all([
				import('../steps/index.ts'),
				import('../views/doc.ts'),
				import('../playbook/keywords.ts'),
			]);
			const controlText = (name: string) =>
				Object.hasOwn(controls, name) ? `${name}: ${controls[name as keyof typeof controls].description}` : undefined;
			if (name === undefined) {
				process.stdout.write(`${stepListText([...steps.values()], controls)}\n`);
				return;
			}
			const control = controlText(name);
			if (control !== undefined) {
				process.stdout.write(`${control}\n`);
				return;
			}
			const step = steps.get(name);
			if (step === undefined) {
				const hint = nearest(name, [...steps.keys(), ...Object.keys(controls)]) ?? 'vacate doc lists them';
				throw new InputError([{message: `there is no step '${name}'`, hint}]);
			}
			process.stdout.write(`${stepText(step)}\n`);
		});
}
