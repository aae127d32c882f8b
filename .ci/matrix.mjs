// npm run matrix: guests of every kind moved in every way, on real hosts of this machine. Arguments go to test/matrix/main.ts:
//   npm run matrix                          all of them
//   npm run matrix -- --pairwise            so few that each two properties meet once, as in npm test
//   npm run matrix -- --only 'chain, top'   those whose titles have these words
import {spawnSync} from 'node:child_process';
import {say, setUp, whyNoLab} from './setup.mjs';

const reason = whyNoLab();
if (reason !== undefined) {
	say(`${reason}: no matrix`);
	process.exit(3);
}
setUp();
process.exitCode = spawnSync(process.execPath, ['build/test/matrix/main.js', ...process.argv.slice(2)], {
	stdio: 'inherit',
}).status;
