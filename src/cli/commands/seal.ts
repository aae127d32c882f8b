import {readFile, writeFile} from 'node:fs/promises';
import {Command} from 'commander';

/** `vacate seal PLAN`: a plan that was edited on purpose may be applied again. */
export function sealCommand(): Command {
	return new Command('seal')
		.description('Seal a plan anew that was edited on purpose, such as with `skip: reason` for a guest.')
		.argument('<plan>')
		.action(async (file: string) => {
			const {resealed} = await import('../../store/plan-file.ts');
			const text = await readFile(file, 'utf8');
			const sealed = resealed(file, text);
			if (sealed === text) {
				process.stdout.write(`the seal of ${file} is whole\n`);
				return;
			}
			await writeFile(file, sealed);
			process.stdout.write(`${file} is sealed\n`);
		});
}
