"""Runs programs of Ansible, each in a copy of one process that has loaded them already: 50 ms a run instead of 600.

Reads one JSON object a line, {"program": …, "argv": […], "cwd": …}, and answers each with
{"code": …, "stdout": …, "stderr": …} on one line.
"""
import json
import os
import runpy
import shutil
import sys
import tempfile


def run(request, out, err):
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 70
    try:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.chdir(request['cwd'])
        sys.argv = [request['program'], *request['argv']]
        runpy.run_path(shutil.which(request['program']), run_name='__main__')
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def answer(request):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = run(request, out, err)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode('utf-8', 'replace'))
    return {'code': code, 'stdout': texts[0], 'stderr': texts[1]}


def load(program):
    """Imports what the program imports, without running it."""
    try:
        runpy.run_path(shutil.which(program), run_name='loaded')
    except SystemExit:
        pass


for program in sys.argv[1:]:
    load(program)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
