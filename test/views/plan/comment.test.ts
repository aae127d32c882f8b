import test from 'ava';
import {ciFiles} from '../../../src/cli/project-files.ts';
import type {Plan} from '../../../src/plan/document/model.ts';
import {readAnyPlan} from '../../../src/store/plan-file.ts';
import {longestComment, planComment} from '../../../src/views/plan/comment.ts';
import {planMarkdown} from '../../../src/views/plan/markdown.ts';
import {parseYaml} from '../../../src/yaml/document.ts';

async function golden(): Promise<Plan> {
	return (await readAnyPlan('test/views/plan/golden/plan.yml')).shown;
}

/** What is left of Markdown when code is taken out: there a name could be a mention. */
function withoutCode(markdown: string): string {
	return markdown
		.replace(/\\`/g, '')
		.replace(/^(`{3,})$[\s\S]*?^\1$/gm, '')
		.replace(/<code>.*?<\/code>/g, '')
		.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
}

test('a comment begins with a hidden marker that names its plan, and has the whole plan', async t => {
	const plan = await golden();
	t.is(planComment(plan, 'plan'), `<!-- vacate plan plan -->\n${planMarkdown(plan)}`);
	t.regex(planComment(plan, 'a --> b/c.yml'), /^<!-- vacate plan a-b-c.yml -->\n/);
});

for (const name of ['@all', 'x@all', 'a|@all', '`@all', '@all @here', '[@all](http://x)']) {
	test(`nobody is mentioned by a guest called ${name}`, async t => {
		const plan = await golden();
		const renamed = JSON.parse(JSON.stringify(plan).replaceAll('big', JSON.stringify(name).slice(1, -1))) as Plan;
		const comment = planComment(renamed, 'plan');
		t.true(comment.includes('@all'));
		t.notRegex(withoutCode(comment), /@(all|here)/);
	});
}

test('a long plan loses its commands, and a longer one is cut after a line; both say so', async t => {
	const plan = await golden();
	const [action] = plan.actions;
	if (action === undefined) throw new Error('the plan has no action');
	const long = {...plan, actions: [{...action, commands: [{on: 'kvm1', run: 'x'.repeat(longestComment)}]}]};
	const short = planComment(long, 'plan');
	t.regex(short, /The commands are left out, as a comment may not be so long/);
	t.true(short.length < longestComment);
	const nothing = Array.from({length: 3000}, (_, index) => ({
		id: `play1.task1@kvm1#g${index}`,
		host: 'kvm1',
		title: `guest ${index}`,
		reason: 'it is there already',
	}));
	const cut = planComment({...long, nothing_to_do: nothing}, 'plan');
	t.regex(cut, /\n\n\*\*Cut here, as a comment may not be so long: see the plan itself\.\*\*\n$/);
	t.true(cut.length <= longestComment);
});

test('what init writes for CI systems runs nothing for another project, and renews one comment', t => {
	const gitlab = ciFiles.gitlab['.gitlab-ci.yml'];
	const github = ciFiles.github['.github/workflows/vacate.yml'];
	for (const text of [gitlab, github]) {
		parseYaml('ci.yml', text);
		t.regex(text, /vacate ci comment plan\.yml -o plan\.md/);
		t.regex(text, /marker/);
	}
	t.regex(gitlab, /\$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == \$CI_PROJECT_ID/);
	t.regex(github, /if: github\.event\.pull_request\.head\.repo\.full_name == github\.repository/);
	t.notRegex(github, /pull_request_target/);
});
