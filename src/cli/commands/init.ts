import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {Command, Option} from 'commander';
import {PrerequisiteError} from '../../errors.ts';
import {commandGroups} from '../command-groups.ts';
import {ciFiles, commonFiles} from '../project-files.ts';

/** `vacate init [FOLDER]`: writes the files of a new project. */
export function initCommand(): Command {
	return new Command('init')
		.helpGroup(commandGroups.projects)
		.description('Create an inventory, a playbook and a CI job that validates and plans. Existing files are kept.')
		.argument('[folder]', 'target folder', '.')
		.addOption(new Option('--ci <kind>', 'CI system of the job').choices(Object.keys(ciFiles)).default('gitlab'))
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

/** @throws PrerequisiteError if the file cannot be written. */
async function writeNew(path: string, text: string): Promise<'wrote' | 'kept '> {
	try {
		await mkdir(dirname(path), {recursive: true});
		await writeFile(path, text, {flag: 'wx'});
		return 'wrote';
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'kept ';
		throw new PrerequisiteError((error as Error).message, 'give a writable folder');
	}
}
