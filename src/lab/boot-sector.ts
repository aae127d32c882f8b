/** The assembled `guest.S`, up to the last byte of code and data; a test assembles it again and compares. */
const program = Buffer.from(
	'ea057c0000fa31c08ed88ec08ed0bc007cfb8816257dbafb03b080eebaf803b001ee4230c0eebafb03b003eeb442e8a80066' +
		'a1008066a32a7d66a32e7d6631edf466a16c04663b06267d74f466a3267d6645b0546689e9e88b00b044668b0e2a7de88100' +
		'b057668b0e2e7de87700b00ae89300660fb70ef47d66c1e1047431fa0f0116327d0f20c0400f22c0bb08008ec3480f22c031' +
		'db8ec3fb66bf00001000266766892f6681c700100000664975f031c08ec0f7c50700758666a12a7d6601e866a30080b443e8' +
		'0f000f8272ff66a1008066a32e7de967ff8a16257dbe157d30c0cd13c3e81e006689c8b9080066c1c0046650240f3c0a7202' +
		'04270430e805006658e2e9c350bafd03eca82074fb58baf803eec31000010000800000010000000000000000000000000000' +
		'0000000000000f00387d00000000000000000000ffff00000092cf',
	'hex',
);

/** The offset of the number of units of 16 pages that the guest changes per tick. */
const dirtyAt = 500;

const unitBytes = 16 * 4096;

/** The rate of the PC timer: 1.193182 MHz / 65536. */
const ticksPerSecond = 18.2;

/** The number of units that a guest must change per tick to reach a rate, rounded up. */
export function dirtyUnitsFor(bytesPerSecond: number): number {
	return Math.ceil(bytesPerSecond / ticksPerSecond / unitBytes);
}

/**
 * The maximum number of units for this memory size: excludes the first MiB and what the BIOS reserves in the last two.
 */
export function mostDirtyUnits(memoryMib: number): number {
	return ((memoryMib - 3) * 1024 ** 2) / unitBytes;
}

/** The guest's first sector: a program of 512 bytes. */
export function bootSector(dirtyUnits: number): Buffer {
	const sector = Buffer.alloc(512);
	program.copy(sector);
	sector.writeUInt16LE(dirtyUnits, dirtyAt);
	sector.writeUInt16LE(0xaa55, 510);
	return sector;
}

/** Loads the program from 1 KiB after itself and starts it with an invalid drive number. */
const loader = Buffer.from('31c08ec0be0004bf007cb90001fcf3a5b2ffea007c0000', 'hex');

/**
 * The program as a kernel file, for a guest without a disk. A file without the signature `HdrS` is a kernel from before
 * 1995 (Linux's Documentation/arch/x86/boot.rst): it is loaded to 0x90000 and started at its second sector.
 */
export function kernelFile(dirtyUnits: number): Buffer {
	const file = Buffer.alloc(8192);
	loader.copy(file, 512);
	bootSector(dirtyUnits).copy(file, 1024);
	return file;
}
