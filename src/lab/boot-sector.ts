/** The assembled `guest.S`, up to its last byte of code and data; a test assembles it again and compares. */
const program = Buffer.from(
	'ea057c0000fa31c08ed88ec08ed0bc007cfb8816087dbafb03b080eebaf803b001ee4230c0eebafb03b003eeb442e88b0066' +
		'a1008066a30d7d66a3117d6631edf466a16c04663b06097d74f466a3097d6645b0546689e9e86e00b044668b0e0d7de86400' +
		'b057668b0e117de85a00b00ae876000fb60ef47de31cbb00108ec331ff51b910002666892d81c70010e2f65981c30010e2e7' +
		'31c08ec0f7c5070075a066a10d7d6601e866a30080b443e80c00728e66a1008066a3117deb848a16087dbef87c30c0cd13c3' +
		'e81e006689c8b9080066c1c0046650240f3c0a720204270430e805006658e2e9c350bafd03eca82074fb58baf803eec31000' +
		'01000080000001',
	'hex',
);

/** Where the sector says how many units of 16 pages the guest changes with each tick. */
const dirtyAt = 500;

/** The guest's first sector: a program of 512 bytes. */
export function bootSector(dirtyUnits: number): Buffer {
	const sector = Buffer.alloc(512);
	program.copy(sector);
	sector[dirtyAt] = dirtyUnits;
	sector.writeUInt16LE(0xaa55, 510);
	return sector;
}
