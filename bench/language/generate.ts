/** A playbook of as many tasks, of the kinds that people write. */
export function playbookText(count: number): string {
	const tasks = Array.from({length: count}, (_, index) => kinds[index % kinds.length]?.(index) ?? '');
	return `- name: Many tasks\n  hosts: kvm1\n  vars: {limit: 3}\n  tasks:\n${tasks.join('')}`;
}

const kinds: readonly ((index: number) => string)[] = [
	index => `    - name: See who runs ${index}
      virsh_list:
      register: left${index}
`,
	index => `    - name: Be sure ${index}
      assert: {that: [left${index - 1}.active | length == 0, "'compute' in group_names or limit > ${index}"]}
      when: inventory_hostname != 'kvm9' and limit is defined
`,
	index => `    - name: Say ${index}
      debug: {msg: "{{ inventory_hostname }} has {{ left${index - 2}.active | length }} of {{ limit }}"}
      tags: [report, slow]
`,
	index => `    - name: Run ${index}
      command: {argv: [mkdir, "/var/lib/{{ item }}"], creates: "/var/lib/{{ item }}"}
      loop: [${index}, ${index + 1}]
      changed_when: false
`,
	index => `    - name: Move ${index}
      migrate: {guest: "web{{ limit }}", to: kvm2, auto_converge: true}
      retries: 3
      delay: 10 s
`,
];

/** An inventory of as many hosts. */
export function inventoryText(count: number): string {
	return `all:\n  children:\n    compute:\n      hosts:\n        kvm[1:${count}]:\n`;
}
