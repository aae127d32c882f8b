# The lab guest: a single boot sector. Eighteen times per second it prints on its first serial port
#   T<ticks since its start> D<number on its disk at its start> W<last number that it knows to be on its disk>
# as hexadecimal numbers of eight digits, and on every eighth tick it writes D+T to the second sector of its disk. The
# word at 500 is the number of units of 16 pages that it changes on each tick, always the same ones.
.code16
.globl _start
_start:
	ljmp $0, $begin
begin:
	cli
	xor %ax, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov $0x7c00, %sp
	sti
	mov %dl, drive
	mov $0x3fb, %dx			# 115200 baud, 8 bits, no parity
	mov $0x80, %al
	out %al, %dx
	mov $0x3f8, %dx
	mov $1, %al
	out %al, %dx
	inc %dx
	xor %al, %al
	out %al, %dx
	mov $0x3fb, %dx
	mov $3, %al
	out %al, %dx
	mov $0x42, %ah			# read the number on the disk
	call disk
	mov 0x8000, %eax
	mov %eax, booted
	mov %eax, written
	xor %ebp, %ebp
tick:
	hlt
	mov 0x46c, %eax
	cmp last, %eax
	je tick
	mov %eax, last
	inc %ebp
	mov $'T', %al
	mov %ebp, %ecx
	call field
	mov $'D', %al
	mov booted, %ecx
	call field
	mov $'W', %al
	mov written, %ecx
	call field
	mov $'\n', %al
	call put
	movzwl dirty, %ecx
	shl $4, %ecx
	jz clean
	cli
	lgdt table			# beyond the first MiB: a segment without a limit
	mov %cr0, %eax
	inc %ax
	mov %eax, %cr0
	mov $8, %bx
	mov %bx, %es
	dec %ax
	mov %eax, %cr0
	xor %bx, %bx
	mov %bx, %es
	sti
	mov $0x100000, %edi
page:
	mov %ebp, %es:(%edi)
	add $4096, %edi
	dec %ecx
	jnz page
clean:
	xor %ax, %ax
	mov %ax, %es
	test $7, %bp
	jnz tick
	mov booted, %eax
	add %ebp, %eax
	mov %eax, 0x8000
	mov $0x43, %ah
	call disk
	jc tick				# write failed: not reported
	mov 0x8000, %eax
	mov %eax, written
	jmp tick
disk:
	mov drive, %dl
	mov $packet, %si
	xor %al, %al
	int $0x13
	ret
field:					# letter in al, number in ecx
	call put
	mov %ecx, %eax
	mov $8, %cx
digit:
	rol $4, %eax
	push %eax
	and $15, %al
	cmp $10, %al
	jb below
	add $39, %al
below:
	add $48, %al
	call put
	pop %eax
	loop digit
	ret
put:
	push %ax
	mov $0x3fd, %dx
busy:
	in %dx, %al
	test $0x20, %al
	jz busy
	pop %ax
	mov $0x3f8, %dx
	out %al, %dx
	ret
packet:
	.byte 16, 0
	.word 1
	.word 0x8000, 0
	.quad 1
drive:
	.byte 0
last:
	.long 0
booted:
	.long 0
written:
	.long 0
table:					# null descriptor, and all memory writable
	.word 15
	.long descriptors
descriptors:
	.quad 0
	.quad 0xcf92000000ffff
.org 500
dirty:
	.word 0
.org 510
	.word 0xaa55
