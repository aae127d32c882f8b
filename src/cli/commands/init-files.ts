/** What every new project begins with, by path. */
export const commonFiles = {
	'inventory.yml': `# yaml-language-server: $schema=schemas/inventory.schema.json
# The hosts, and how they are reached. Inventories of Ansible's can be taken as they are.
all:
  vars:
    ansible_user: root
  children:
    compute:
      hosts:
        kvm1: {ansible_host: 192.0.2.11}
        kvm2: {ansible_host: 192.0.2.12}
        kvm3:
          ansible_host: 192.0.2.13
          # Where the others reach it for moves, when that is another network:
          # migration_host: 198.51.100.13
`,
	'evacuate.yml': `# yaml-language-server: $schema=schemas/playbook.schema.json
# Empties one host: vacate plan -i inventory.yml evacuate.yml -e source=kvm2
- name: Empty {{ source }} for maintenance
  hosts: "{{ source }}"
  vars:
    source: kvm1
  tasks:
    - name: Move every guest to the other hosts
      evacuate:
        to: compute
        limits: {per_source: 2, per_destination: 2}

    - name: See who is left
      virsh_list:
      register: left

    - name: Be sure that nobody is
      assert:
        that: left.active | length == 0
        fail_msg: "guests still run on {{ source }}: {{ left.active | join(', ') }}"
`,
} as const;

const explained = `# Checks each change of the playbook and of the inventory, and shows what would be done.
# The runner needs vacate, and no way to the hosts: it plans from the facts of a file. Gather them anew with
#   vacate facts -i inventory.yml -o facts.json
# As long as there is no such file, it only checks.`;

const check = 'vacate validate --strict -i inventory.yml evacuate.yml';
const plan = 'if [ -e facts.json ]; then vacate plan -i inventory.yml evacuate.yml --facts facts.json -o plan.yml; fi';
const show = 'if [ -e plan.yml ]; then vacate show plan.yml --markdown > plan.md; fi';

/** The job, for each kind of CI. */
export const ciFiles = {
	gitlab: {
		'.gitlab-ci.yml': `${explained}
plan:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - ${check}
    - ${plan}
  after_script:
    - ${show}
  artifacts:
    when: always
    paths: [plan.yml, plan.md]
`,
	},
	github: {
		'.github/workflows/vacate.yml': `${explained}
name: vacate
on: pull_request
jobs:
  plan:
    runs-on: self-hosted
    steps:
      - uses: actions/checkout@v4
      - run: ${check}
      - run: ${plan}
      - if: always()
        run: ${show}
      - if: always()
        uses: actions/upload-artifact@v4
        with: {name: plan, path: plan.*, if-no-files-found: ignore}
`,
	},
} as const;
