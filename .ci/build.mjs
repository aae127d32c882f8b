// Builds everything: build/ for the tests, dist/vacate.js for use.
//   node .ci/build.mjs            build
//   node .ci/build.mjs schemas    build, and write schemas/*.json anew
import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import {build} from 'esbuild';

process.chdir(new URL('..', import.meta.url).pathname);
for (const folder of ['build', 'dist']) rmSync(folder, {recursive: true, force: true});
compile();
await writeValidators();
if (process.argv[2] === 'schemas') await writeSchemas();
await bundle();

/** TypeScript to build/. A type error ends the build. */
function compile() {
	execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {stdio: 'inherit'});
}

/** Compiling schemas takes a third of a second at each start; so it is done here, once. */
async function writeValidators() {
	const {validatorSchemas} = await import('../build/src/playbook/schema.js');
	const {planSchema} = await import('../build/src/plan/document/schema.js');
	const {policySchema} = await import('../build/src/approval/policy.js');
	const {steps} = await import('../build/src/steps/index.js');
	const ajv = new Ajv2020({
		allErrors: true,
		strictRequired: false,
		strictTypes: false,
		code: {source: true, esm: true},
	});
	const names = {};
	for (const [name, schema] of Object.entries({...validatorSchemas(steps), plan: planSchema, policy: policySchema})) {
		ajv.addSchema({$id: name, ...schema});
		names[name] = name;
	}
	const code = `${standaloneCode.default(ajv, names)}\nexport default {${Object.keys(names).join(', ')}};\n`;
	// ajv’s code asks for parts of ajv: with them it stands alone.
	await build({
		stdin: {contents: code, resolveDir: '.'},
		bundle: true,
		format: 'esm',
		platform: 'node',
		outfile: 'build/src/playbook/validators.js',
		logLevel: 'error',
	});
}

/** The schemas that editors use. */
async function writeSchemas() {
	const {generatedSchemas} = await import('../build/src/playbook/generated-schemas.js');
	mkdirSync('schemas', {recursive: true});
	for (const [file, text] of Object.entries(generatedSchemas())) writeFileSync(`schemas/${file}`, text);
	const {planSchema} = await import('../build/src/plan/document/schema.js');
	writeFileSync('schemas/plan.schema.json', `${JSON.stringify(planSchema, undefined, '\t')}\n`);
}

/** One program, whose rarely used parts are loaded when they are used. */
async function bundle() {
	const {version} = JSON.parse(readFileSync('package.json', 'utf8'));
	await build({
		entryPoints: {vacate: 'build/src/cli/bin.js'},
		outdir: 'dist',
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		// Half of the start is the reading of the program’s text.
		minifyWhitespace: true,
		minifySyntax: true,
		sourcemap: true,
		external: ['node-ssh', 'ssh2', 'cpu-features'],
		define: {'process.env.VACATE_VERSION': JSON.stringify(version)},
		banner: {
			js: "import {createRequire as vacateRequire} from 'node:module'; const require = vacateRequire(import.meta.url);",
		},
		logLevel: 'error',
	});
	const program = readFileSync('dist/vacate.js', 'utf8');
	writeFileSync('dist/vacate.js', `#!/usr/bin/env node\n${program}`);
	chmodSync('dist/vacate.js', 0o755);
}
