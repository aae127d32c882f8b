// Builds everything: TypeScript to build/, the schemas and their standalone validators, and the bundle dist/vacate.js.
//   node .ci/build.mjs            build
//   node .ci/build.mjs schemas    build, and write schemas/*.json anew
import {execFileSync} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';

const root = new URL('..', import.meta.url);
process.chdir(root.pathname);
rmSync('build', {recursive: true, force: true});
rmSync('dist', {recursive: true, force: true});
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {stdio: 'inherit'});
