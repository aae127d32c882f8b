import test from 'ava';
import {guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vroll', '10.111.0', 3);

const restart =
	'pkill -x libvirtd; while pgrep -x libvirtd; do sleep 0.1; done; rm -f /run/libvirtd.pid; echo restarted >> /tmp/restarts; /usr/sbin/libvirtd -d';

const playbook = `- name: One host after the other
  hosts: compute
  serial: 1
  tasks:
    - name: Empty it
      evacuate: {to: compute, limits: {per_source: 2, per_destination: 2, total: 4, storage_weight: 1}}
    - name: Look who is left
      virsh_list: {}
      register: left
    - name: Nobody is
      assert: {that: ["left.active | length == 0"]}
    - name: Restart libvirtd
      shell: ${JSON.stringify(restart)}
    - name: It is back
      wait_for_connection: {timeout: 30 s}
    - name: Its libvirt answers
      command: {argv: [virsh, --connect, "qemu:///system", uri]}
      changed_when: false
      retries: 20
      delay: 500 ms
      until: answer.rc == 0
      register: answer
    - name: Fill it again
      return_home: {}
`;

test.serial('three hosts in turn: each is emptied, its libvirtd restarted, and filled again', async t => {
	const homes = {kvm1: ['a1', 'a2'], kvm2: ['b1'], kvm3: ['c1']};
	for (const [host, names] of Object.entries(homes)) {
		for (const name of names) await createGuest(rig.lab, host, guestPlan(name));
	}
	const {code, stdout, stderr} = await rig.vacate('run', await rig.playbook('rolling', playbook));
	t.is(code, 0, stdout + stderr);
	for (const [host, names] of Object.entries(homes)) {
		for (const name of names) unharmed(t, await rig.guest(name), host);
	}
	for (const name of ['a1', 'a2', 'b1', 'c1']) {
		t.regex(stdout, new RegExp(`changed +${name} to kvm\\d from kvm\\d`), `${name} was away`);
	}
});
