import {readFile, writeFile} from 'node:fs/promises';
import {Command} from 'commander';
import {commandGroups} from '../command-groups.ts';

/** `vacate seal PLAN`: seals an edited plan, so that it can be applied. */
export function sealCommand(): Command {
	return new Command('seal')
		.helpGroup(commandGroups.plans)
		.description('Seal a plan after an intentional edit, such as `skip: reason` for a guest.')
		.argument('<plan>')
		.action(async (file: string) => {
			const {resealed} = await import('../../store/plan-file.ts');
			const text = await readFile(file, 'utf8');
			const sealed = resealed(file, text);
			if (sealed === text) {
				process.stdout.write(`the seal of ${file} is valid\n`);
				return;
			}
			await writeFile(file, sealed);
			process.stdout.write(`sealed ${file}\n`);
		});
}
