import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {Command, Option} from 'commander';
import {PrerequisiteError} from '../../errors.ts';
import {ciFiles, commonFiles} from './init-files.ts';

/** `vacate init [FOLDER]`: what a new project begins with. */
export function initCommand(): Command {
	return new Command('init')
		.description('Write an inventory, a playbook, and a CI job that checks and plans. Never over a file that is there.')
		.argument('[folder]', 'where to', '.')
		.addOption(new Option('--ci <kind>', 'for whom the job is').choices(Object.keys(ciFiles)).default('gitlab'))
		.action(async (folder: string, {ci}: {readonly ci: keyof typeof ciFiles}) => {
			const {generatedSchemas} = await import('../../playbook/generated-schemas.ts');
			const schemas = Object.entries(generatedSchemas()).map(([name, text]) => [`schemas/${name}`, text] as const);
			const files = [...Object.entries({...commonFiles, ...ciFiles[ci]}), ...schemas];
			for (const [name, text] of files) {
				const outcome = await writeNew(join(folder, name), text);
				process.stdout.write(`${outcome} ${name}\n`);
			}
			process.stdout.write(
				'\nnext: put your hosts in inventory.yml, then\n  vacate validate -i inventory.yml evacuate.yml\n',
			);
		});
}

/** @throws PrerequisiteError for a place that cannot be written to. */
async function writeNew(path: string, text: string): Promise<'wrote' | 'kept '> {
	try {
		await mkdir(dirname(path), {recursive: true});
		await writeFile(path, text, {flag: 'wx'});
		return 'wrote';
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'kept ';
		throw new PrerequisiteError((error as Error).message, 'name a folder that you may write to');
	}
}
