import {Command} from 'commander';
import {InputError} from '../../errors.ts';
import {nearest} from '../../spelling/nearest.ts';
import {commandGroups} from '../command-groups.ts';

/** `vacate doc [NAME]`: documentation of a step or keyword. */
export function docCommand(): Command {
	return new Command('doc')
		.helpGroup(commandGroups.help)
		.description('Show the documentation of a step or keyword; without a name, list them all.')
		.argument('[topic]', 'a step, a keyword, or a control such as include_tasks')
		.action(async (name: string | undefined) => {
			process.stdout.write(`${await docText(name)}\n`);
		});
}

/** @throws InputError if the name is unknown. */
async function docText(name: string | undefined): Promise<string> {
	const [{steps}, {controlText, keywordText, listText, stepText}, {controls}, {keywordDocs}] = await Promise.all([
		import('../../steps/index.ts'),
		import('../../views/doc.ts'),
		import('../../playbook/keywords.ts'),
		import('../../playbook/keyword-docs.ts'),
	]);
	if (name === undefined) return listText([...steps.values()], controls, [...keywordDocs.keys()]);
	const step = steps.get(name);
	if (step !== undefined) return stepText(step);
	if (Object.hasOwn(controls, name)) return controlText(name, controls[name as keyof typeof controls]);
	const keyword = keywordDocs.get(name);
	if (keyword !== undefined) return keywordText(keyword);
	const names = [...steps.keys(), ...Object.keys(controls), ...keywordDocs.keys()];
	throw new InputError([
		{message: `unknown step or keyword '${name}'`, hint: nearest(name, names) ?? 'vacate doc lists them'},
	]);
}
