"""Tells what ansible-playbook does as JSON Lines, one for each result of a host or of an item."""

import json

from ansible.plugins.callback import CallbackBase

META = ("meta", "ansible.builtin.meta")
INCLUDE = ("include_tasks", "ansible.builtin.include_tasks")

DOCUMENTATION = "name: record\ntype: stdout\nshort_description: results as JSON Lines\n"


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "record"

    def _say(self, **line):
        print(json.dumps(line, default=str), flush=True)

    def _result(self, result, outcome, item=False, ignored=False):
        data = result._result
        task = result._task
        loop_var = data.get("ansible_loop_var", "item")
        self._say(
            type="result",
            host=result._host.get_name(),
            task=task.get_name(),
            action=task.action,
            outcome="changed" if outcome == "ok" and data.get("changed") else outcome,
            item=[data.get(loop_var)] if item else None,
            looped=bool(data.get("results")),
            ignored=bool(ignored),
            msg=data.get("msg"),
        )

    def v2_playbook_on_play_start(self, play):
        self._say(type="play", name=play.get_name())

    def _task(self, task):
        if task.action not in META:
            self._say(type="task", name=task.get_name())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._task(task)

    def v2_playbook_on_handler_task_start(self, task):
        self._task(task)

    def v2_runner_on_ok(self, result):
        if result._task.action not in META + INCLUDE:
            self._result(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result(result, "failed", ignored=ignore_errors)

    def v2_runner_on_skipped(self, result):
        if result._task.action not in META:
            self._result(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self._result(result, "unreachable", ignored=result._task.ignore_unreachable)

    def v2_runner_item_on_ok(self, result):
        if result._task.action not in META + INCLUDE:
            self._result(result, "ok", item=True)

    def v2_runner_item_on_failed(self, result):
        self._result(result, "failed", item=True, ignored=result._task.ignore_errors)

    def v2_runner_item_on_skipped(self, result):
        self._result(result, "skipped", item=True)
