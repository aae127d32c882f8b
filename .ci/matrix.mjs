// npm run matrix: moves guests of every kind in every mode, on real hosts of this machine. Arguments go to test/matrix/main.ts:
//   npm run matrix                          all combinations
//   npm run matrix -- --pairwise            the fewest that cover each pair of properties, as in npm test
//   npm run matrix -- --only 'chain, top'   those whose titles contain these words
import {spawnSync} from 'node:child_process';
import {say, setUp, whyNoLab} from './setup.mjs';

const reason = whyNoLab();
if (reason !== undefined) {
	say(`${reason}: the matrix is skipped`);
	process.exit(3);
}
setUp();
process.exitCode = spawnSync(process.execPath, ['build/test/matrix/main.js', ...process.argv.slice(2)], {
	stdio: 'inherit',
}).status;
