import {createHash} from 'node:crypto';
import type {Problem} from '../../errors.ts';
import {visible} from '../columns.ts';
import {html} from '../plan/html.ts';

/** The formats for other programs, besides the text for people. */
export const validationFormats = ['json', 'sarif', 'junit', 'gitlab', 'github'] as const;

export type ValidationFormat = (typeof validationFormats)[number];

/** An error in a playbook or in a file that it uses. Paths are relative to the current directory. */
export type FileProblem = {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly message: string;
	readonly hint?: string;
};

/** The validation of some playbooks. */
export type Validation = {
	readonly tool: {readonly name: string; readonly version: string};
	readonly playbooks: readonly {readonly file: string; readonly problems: readonly FileProblem[]}[];
};

/** The problem at its position; one without a position is at the start of its playbook. */
export function fileProblem(
	{message, position, hint}: Problem,
	playbook: string,
	pathOf: (file: string) => string,
): FileProblem {
	const {file, line, column} = position ?? {file: playbook, line: 1, column: 1};
	return {file: pathOf(file), line, column, message, ...(hint === undefined ? {} : {hint})};
}

const texts: Readonly<Record<ValidationFormat, (validation: Validation) => string>> = {
	json: jsonText,
	sarif: sarifText,
	junit: junitText,
	gitlab: gitlabText,
	github: githubText,
};

/** The errors of playbooks for another program; each format also has a form for no errors. */
export function validationText(validation: Validation, format: ValidationFormat): string {
	return texts[format](validation);
}

const problemsIn = ({playbooks}: Validation) => playbooks.flatMap(({problems}) => problems);
const jsonOf = (data: unknown) => `${JSON.stringify(data, undefined, 2)}\n`;
const sentence = ({message, hint}: FileProblem) => visible(hint === undefined ? message : `${message} (${hint})`);

function jsonText(validation: Validation): string {
	const problems = problemsIn(validation);
	const files = validation.playbooks.map(({file}) => file);
	return jsonOf({version: 1, valid: problems.length === 0, files, problems});
}

/** SARIF 2.1.0, which code scanning of GitHub and many editors read. */
function sarifText(validation: Validation): string {
	const {tool} = validation;
	const results = problemsIn(validation).map(problem => ({
		ruleId: 'invalid-input',
		ruleIndex: 0,
		level: 'error',
		message: {text: sentence(problem)},
		locations: [
			{
				physicalLocation: {
					artifactLocation: {uri: problem.file.split('/').map(encodeURIComponent).join('/')},
					region: {startLine: problem.line, startColumn: problem.column},
				},
			},
		],
	}));
	const rules = [{id: 'invalid-input', shortDescription: {text: 'The playbook or inventory is invalid.'}}];
	return jsonOf({
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [{tool: {driver: {...tool, rules}}, columnKind: 'utf16CodeUnits', results}],
	});
}

/** A test for each playbook. */
function junitText({playbooks}: Validation): string {
	const cases = playbooks.map(({file, problems}) => {
		const lines = problems.map(one => `${visible(`${one.file}:${one.line}:${one.column}`)}: ${sentence(one)}`);
		const message = `${problems.length} ${problems.length === 1 ? 'error' : 'errors'}`;
		const failure =
			lines.length === 0 ? '' : `<failure message="${message}">${lines.map(line => html(line)).join('\n')}</failure>`;
		return `<testcase classname="vacate.validate" name="${html(visible(file))}">${failure}</testcase>`;
	});
	const failures = playbooks.filter(({problems}) => problems.length > 0).length;
	return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="vacate validate" tests="${playbooks.length}" failures="${failures}" errors="0" skipped="0">
${cases.join('\n')}
</testsuite>
</testsuites>
`;
}

/** A report of GitLab's Code Quality. A fingerprint remains the same when the error moves to another line. */
function gitlabText(validation: Validation): string {
	const seen = new Map<string, number>();
	const report = problemsIn(validation).map(problem => {
		const key = `${problem.file}\n${problem.message}`;
		const number = (seen.get(key) ?? 0) + 1;
		seen.set(key, number);
		return {
			description: sentence(problem),
			check_name: 'vacate-validate',
			fingerprint: createHash('sha256').update(`${key}\n${number}`).digest('hex'),
			severity: 'major',
			location: {path: problem.file, lines: {begin: problem.line}},
		};
	});
	return jsonOf(report);
}

/** Workflow commands of GitHub Actions, which become annotations of the lines. */
function githubText(validation: Validation): string {
	const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
	const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
	return problemsIn(validation)
		.map(problem => {
			const {file, line, column} = problem;
			return `::error file=${property(file)},line=${line},col=${column},title=vacate validate::${data(sentence(problem))}\n`;
		})
		.join('');
}
