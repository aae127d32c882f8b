import {assert} from './assert.ts';
import {command} from './command.ts';
import {copy} from './copy.ts';
import {debug} from './debug.ts';
import {deleteSourceDisks} from './delete_source_disks.ts';
import {evacuate} from './evacuate.ts';
import {fail} from './fail.ts';
import {migrate} from './migrate.ts';
import {pause} from './pause.ts';
import {preflight} from './preflight.ts';
import {qemuImgCheck} from './qemu_img_check.ts';
import {qemuImgCompare} from './qemu_img_compare.ts';
import {qemuImgConvert} from './qemu_img_convert.ts';
import {qemuImgCreate} from './qemu_img_create.ts';
import {qemuImgInfo} from './qemu_img_info.ts';
import {qemuImgResize} from './qemu_img_resize.ts';
import {reboot} from './reboot.ts';
import {returnHome} from './return_home.ts';
import {setFact} from './set_fact.ts';
import {shell} from './shell.ts';
import {stat} from './stat.ts';
import type {Step} from './step.ts';
import {virshDomblklist} from './virsh_domblklist.ts';
import {virshDomjobinfo} from './virsh_domjobinfo.ts';
import {virshDumpxml} from './virsh_dumpxml.ts';
import {virshList} from './virsh_list.ts';
import {virshMigrate} from './virsh_migrate.ts';
import {virshFigures} from './virsh-figures.ts';
import {virshOrders} from './virsh-orders.ts';
import {virshSettings} from './virsh-settings.ts';
import {waitFor} from './wait_for.ts';
import {waitForConnection} from './wait_for_connection.ts';

const all: readonly Step[] = [
	assert,
	command,
	copy,
	debug,
	deleteSourceDisks,
	evacuate,
	fail,
	migrate,
	pause,
	preflight,
	qemuImgCheck,
	qemuImgCompare,
	qemuImgConvert,
	qemuImgCreate,
	qemuImgInfo,
	qemuImgResize,
	reboot,
	returnHome,
	setFact,
	shell,
	stat,
	...virshFigures,
	...virshOrders,
	...virshSettings,
	virshDomblklist,
	virshDomjobinfo,
	virshDumpxml,
	virshList,
	virshMigrate,
	waitFor,
	waitForConnection,
];

/** Every step that a task can name. */
export const steps: ReadonlyMap<string, Step> = new Map(all.map(step => [step.name, step]));
