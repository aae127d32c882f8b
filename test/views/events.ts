import type {ActionName, Failure, Recap} from '../../src/engine/events.ts';

export const action: ActionName = {
	id: 'play1.task1@kvm1#web1',
	host: 'kvm1',
	step: 'migrate',
	title: 'web1 to kvm2',
	guest: 'web1',
	to: 'kvm2',
};

export const move = {guest: 'web1', uuid: 'u', from: 'kvm1', to: 'kvm2', bytes: 70_000_000, downtimeMs: 28};

export const counts = {
	ok: 0,
	changed: 1,
	skipped: 0,
	failed: 0,
	unreachable: 0,
	undone: 0,
	stuck: 0,
	rescued: 0,
	ignored: 0,
};

export const failure: Failure = {
	code: 'step',
	message: 'mail did not move to kvm3: no space',
	where: 'running (booted) on kvm1',
	remedies: ['df -h (on kvm3)'],
	command: {host: 'kvm1', line: 'virsh migrate', stderr: 'error: one\nerror: no space'},
};

export const recap: Recap = {
	run: 'r1',
	exitCode: 4,
	durationMs: 12_000,
	hosts: {kvm1: {...counts, failed: 1}, 'kvm2 名': counts},
	guests: [
		{...move, outcome: 'changed', where: 'kvm2', seconds: 10.9},
		{guest: '名前', from: 'kvm1', to: 'kvm3', outcome: 'failed', where: 'running (booted) on kvm1', seconds: 1},
		{guest: 'off', from: 'kvm1', outcome: 'left', where: 'kvm1'},
	],
	moves: 1,
	undoneMoves: 0,
	irreversible: ['say on kvm1: only who wrote it knows'],
};

export const recapSaid = `guest  from  to    outcome     bytes    time  downtime  now on
web1   kvm1  kvm2  changed  66.8 MiB  10.9 s     28 ms  kvm2
名前   kvm1  kvm3  failed              1.0 s            running (booted) on kvm1
off    kvm1        left                                 kvm1

1 of 3 guests moved, 66.8 MiB, longest downtime 28 ms

host     ok  changed  skipped  failed  unreachable  undone  stuck
kvm1      0        1        0       1            0       0      0
kvm2 名   0        1        0       0            0       0      0

stays: off on kvm1: it is shut off
  next: virsh start off
failed on kvm1: mail did not move to kvm3: no space
  guest location: running (booted) on kvm1
  next: df -h (on kvm3)

not undone: say on kvm1: only who wrote it knows

failed; failed actions were rolled back (12.0 s, run r1, exit code 4)
`;

export const said = `    0.0 run r1: evacuate.yml
    0.0 play: Empty a host (kvm1, kvm2)
    0.0 task: Move
    0.0   stays    off on kvm1: it is shut off
    0.0            next: virsh start off
    0.0   waiting  web1 to kvm2: limit per_source of kvm1
    0.1   moving   web1 to kvm2
    0.2   retry    web1 to kvm2 in 5.0 s: no answer
   10.7   web1 to kvm2: memory  90 %  dirties 1.0 KiB/s  pass 3
   11.0   changed  web1 to kvm2 from kvm1 in 10.9 s, 66.8 MiB, 28 ms downtime
   11.5   failed   mail to kvm3 from kvm1 in 1.0 s
   11.5            mail did not move to kvm3: no space
   11.5            guest location: running (booted) on kvm1
   11.5            command on kvm1: virsh migrate
   11.5              error: one
   11.5              error: no space
   11.5            next: df -h (on kvm3)
   11.6   undoing  An image
   11.7   undone   An image on kvm1 in 100 ms
   11.8   ok       Say on kvm2
   11.8            {"a":"b\\u{202e}"}
   11.8   skipped  Not this on kvm2: not when false

${recapSaid}`;

export const failed = {
	host: 'kvm1',
	argv: ['virsh', 'start', 'a b'],
	ending: 'exit code 1',
	stdout: '',
	stderr: 'error: 1\n  no\u001B[2J\n',
};
