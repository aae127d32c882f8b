import {writeFile} from 'node:fs/promises';
import {Command} from 'commander';
import {commandGroups} from '../command-groups.ts';

/** `vacate ci`: what CI jobs of merge requests need. */
export function ciCommand(): Command {
	return new Command('ci')
		.helpGroup(commandGroups.projects)
		.description('Commands for CI jobs.')
		.addCommand(commentCommand());
}

/** `vacate ci comment PLAN`: a plan as the comment of a merge request. */
function commentCommand(): Command {
	return new Command('comment')
		.description(
			'Write a plan as Markdown for a comment: with a hidden marker in its first line, at most 65,000 characters.',
		)
		.argument('<plan>')
		.option('--name <name>', 'tells the comments of several plans in one merge request apart', 'plan')
		.option('-o, --output <file>', 'write the comment to FILE (default: standard output)')
		.action(async (file: string, {name, output}: {readonly name: string; readonly output?: string}) => {
			const [{readAnyPlan}, {editLines}, {planComment}, {withoutSkipped}] = await Promise.all([
				import('../../store/plan-file.ts'),
				import('../../views/plan/edits.ts'),
				import('../../views/plan/comment.ts'),
				import('../../plan/document/left-out.ts'),
			]);
			const read = await readAnyPlan(file);
			const text = planComment(withoutSkipped(read.shown), name, editLines(file, read));
			if (output === undefined) process.stdout.write(text);
			else await writeFile(output, text);
		});
}
