import {assert} from './ansible/assert.ts';
import {command} from './ansible/command.ts';
import {copy} from './ansible/copy.ts';
import {debug} from './ansible/debug.ts';
import {fail} from './ansible/fail.ts';
import {pause} from './ansible/pause.ts';
import {reboot} from './ansible/reboot.ts';
import {setFact} from './ansible/set_fact.ts';
import {shell} from './ansible/shell.ts';
import {stat} from './ansible/stat.ts';
import {waitFor} from './ansible/wait_for.ts';
import {waitForConnection} from './ansible/wait_for_connection.ts';
import {cleanDisks} from './evacuation/clean_disks.ts';
import {deleteSourceDisks} from './evacuation/delete_source_disks.ts';
import {evacuate} from './evacuation/evacuate.ts';
import {preflight} from './evacuation/preflight.ts';
import {returnHome} from './evacuation/return_home.ts';
import {migrate} from './migration/migrate.ts';
import {qemuImgCheck} from './qemu-img/qemu_img_check.ts';
import {qemuImgCompare} from './qemu-img/qemu_img_compare.ts';
import {qemuImgConvert} from './qemu-img/qemu_img_convert.ts';
import {qemuImgCreate} from './qemu-img/qemu_img_create.ts';
import {qemuImgInfo} from './qemu-img/qemu_img_info.ts';
import {qemuImgResize} from './qemu-img/qemu_img_resize.ts';
import type {Step} from './step.ts';
import {virshOrders} from './virsh/lifecycle-steps.ts';
import {virshFigures} from './virsh/limit-steps.ts';
import {virshSettings} from './virsh/setting-steps.ts';
import {virshDomblklist} from './virsh/virsh_domblklist.ts';
import {virshDomjobinfo} from './virsh/virsh_domjobinfo.ts';
import {virshDumpxml} from './virsh/virsh_dumpxml.ts';
import {virshList} from './virsh/virsh_list.ts';
import {virshMigrate} from './virsh/virsh_migrate.ts';

const all: readonly Step[] = [
	assert,
	cleanDisks,
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

/** All steps. */
export const steps: ReadonlyMap<string, Step> = new Map(all.map(step => [step.name, step]));
