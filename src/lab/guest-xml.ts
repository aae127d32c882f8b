import {consoleFolder, type GuestPlan} from './guest-plan.ts';

/** A minimal q35 machine: its disks, and a serial port that is logged to a file on the host. */
export function guestXml(plan: GuestPlan): string {
	const {name, memoryMib} = plan;
	return `<domain type='qemu'>
  <name>${xmlText(name)}</name>
  <memory unit='MiB'>${memoryMib}</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    ${plan.diskMib === 0 ? `<kernel>${xmlText(plan.path)}</kernel>` : `<boot dev='hd'/>`}
  </os>
  <cpu mode='custom'><model>qemu64</model></cpu>
  <devices>
${disks(plan).join('\n')}
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <serial type='file'><source path='${xmlText(`${consoleFolder}/${name}.console`)}' append='on'/></serial>
  </devices>
</domain>
`;
}

function disks({diskMib, path, format, target, more, cdrom}: GuestPlan): readonly string[] {
	const own = diskMib === 0 ? [] : [{path, format, target}];
	return [
		...[...own, ...more].map(
			disk => `    <disk type='file' device='disk'>
      <driver name='qemu' type='${disk.format}' cache='none'/>
      <source file='${xmlText(disk.path)}'/>
      <target dev='${disk.target}' bus='virtio'/>
    </disk>`,
		),
		...(cdrom === undefined ? [] : [drive(cdrom)]),
	];
}

function drive(cdrom: string): string {
	const medium = cdrom === 'empty' ? '' : `<source file='${xmlText(cdrom)}'/>`;
	return `    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      ${medium}<target dev='sda' bus='sata'/><readonly/>
    </disk>`;
}

function xmlText(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
}
