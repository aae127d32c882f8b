import {between} from '../../src/cli/ports.ts';
import {dieAt} from './die-at.ts';
import {pointOf} from './points.ts';

/** The command line of a program that kills itself, as by `kill -9`, at the point that its environment names. */
const point = pointOf(process.env.VACATE_TEST_POINT ?? '');
between.wrap = ports => dieAt(point, ports, () => process.kill(process.pid, 'SIGKILL'));
await import('../../src/cli/main.ts');
