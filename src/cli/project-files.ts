/** The files of a new project that do not depend on the CI system, by path. */
export const commonFiles = {
	'inventory.yml': `# yaml-language-server: $schema=schemas/inventory.schema.json
# The hosts and how to reach them. Ansible inventories can be used unchanged.
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
          # The address for migrations, if they use a separate network:
          # migration_host: 198.51.100.13
`,
	'evacuate.yml': `# yaml-language-server: $schema=schemas/playbook.schema.json
# Evacuates one host: vacate plan -i inventory.yml evacuate.yml -e source=kvm2
- name: Evacuate {{ source }} for maintenance
  hosts: "{{ source }}"
  vars:
    source: kvm1
  tasks:
    - name: Move every guest to the other hosts
      evacuate:
        to: compute
        limits: {per_source: 2, per_destination: 2} # a guest with local disks counts as 2: one at a time

    - name: List the remaining guests
      virsh_list:
      register: left

    - name: Check that no guest remains
      assert:
        that: left.active | length == 0
        fail_msg: "guests still run on {{ source }}: {{ left.active | join(', ') }}"
`,
} as const;

const explained = `# Validates every change of the playbook and inventory, and shows the resulting plan.
# The runner requires vacate, but no access to the hosts: it plans from a facts file. To update the facts:
#   vacate facts -i inventory.yml -o facts.json
# Without a facts file, the job only validates.`;

const check = 'vacate validate --strict -i inventory.yml evacuate.yml';
const plan = 'if [ -e facts.json ]; then vacate plan -i inventory.yml evacuate.yml --facts facts.json -o plan.yml; fi';
const show = 'if [ -e plan.yml ]; then vacate show plan.yml --markdown > plan.md; fi';

/** The job for each CI system. */
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
