import {main} from '../../src/cli/main.ts';
import {dieAt} from './die-at.ts';
import {pointOf} from './points.ts';

/** The command line of a program that kills itself, as by `kill -9`, at the point that its environment names. */
const point = pointOf(process.env.VACATE_TEST_POINT ?? '');
await main(ports => dieAt(point, ports, () => process.kill(process.pid, 'SIGKILL')));
