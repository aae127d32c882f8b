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

const explained = `# Validates every change of the playbook and inventory, and shows the resulting plan in a comment.
# The runner requires vacate, but no access to the hosts: it plans from a facts file. To update the facts:
#   vacate facts -i inventory.yml -o facts.json
# Without a facts file, the job only validates.
# An inventory can be a program: nothing is run for a merge request from another project.`;

const check = 'vacate validate --strict -i inventory.yml evacuate.yml';
const plan = 'if [ -e facts.json ]; then vacate plan -i inventory.yml evacuate.yml --facts facts.json -o plan.yml; fi';
const comment = 'if [ -e plan.yml ]; then vacate ci comment plan.yml -o plan.md; fi';

/** The job for each CI system. */
export const ciFiles = {
	gitlab: {
		'.gitlab-ci.yml': `${explained}
# For the comment, VACATE_COMMENT_TOKEN holds a project access token with the scope api (masked variable); without it, the plan
# is an artifact only.
plan:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID
  script:
    - ${check}
    - ${plan}
  after_script:
    - ${comment}
    - |
      if [ -e plan.md ] && [ -n "$VACATE_COMMENT_TOKEN" ]; then
        notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
        api() { curl -fsS -H "PRIVATE-TOKEN: $VACATE_COMMENT_TOKEN" "$@"; }
        marker=$(head -n 1 plan.md)
        old=$(api "$notes?per_page=100" | jq -r --arg marker "$marker" 'map(select(.body | startswith($marker)))[0].id // empty')
        if [ -n "$old" ]; then
          api -X PUT --data-urlencode body@plan.md "$notes/$old" >/dev/null
        else
          api --data-urlencode body@plan.md "$notes" >/dev/null
        fi
      fi
  artifacts:
    when: always
    paths: [plan.yml, plan.md]
`,
	},
	github: {
		'.github/workflows/vacate.yml': `${explained}
name: vacate
on: pull_request
permissions: {contents: read, pull-requests: write}
jobs:
  plan:
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: self-hosted
    steps:
      - uses: actions/checkout@v4
        with: {persist-credentials: false}
      - run: ${check}
      - run: ${plan}
      - if: always()
        run: ${comment}
      - if: always()
        uses: actions/github-script@v7
        with:
          script: |
            const {existsSync, readFileSync} = require('node:fs');
            if (!existsSync('plan.md')) return;
            const body = readFileSync('plan.md', 'utf8');
            const [marker] = body.split('\\n');
            const at = {...context.repo, issue_number: context.issue.number};
            const comments = await github.paginate(github.rest.issues.listComments, at);
            const old = comments.find(one => one.user.type === 'Bot' && one.body.startsWith(marker));
            if (old === undefined) await github.rest.issues.createComment({...at, body});
            else await github.rest.issues.updateComment({...context.repo, comment_id: old.id, body});
      - if: always()
        uses: actions/upload-artifact@v4
        with: {name: plan, path: plan.*, if-no-files-found: ignore}
`,
	},
} as const;
