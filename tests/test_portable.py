"""What Windows lacks is not called: a list of such calls in the code, and it is empty."""

import ast
import os
from pathlib import Path

import pytest

from trajectories import parallel

ROOT = Path(__file__).parents[1]
MODULES = """
    crypt fcntl grp msvcrt nis ossaudiodev posix pty pwd readline resource spwd syslog termios
    tty
    """
"""Modules of one platform, msvcrt of the other one."""
CALLS = """
    os.chown os.chroot os.confstr os.copy_file_range os.ctermid os.eventfd os.fchdir os.fchmod
    os.fchown os.fdatasync os.fork os.forkpty os.fpathconf os.fstatvfs os.getegid os.geteuid
    os.getgid os.getgroups os.getloadavg os.getpgid os.getpgrp os.getpriority os.getresuid
    os.getsid os.getuid os.initgroups os.killpg os.lchown os.lockf os.major os.makedev os.mkfifo
    os.mknod os.memfd_create os.nice os.openpty os.pathconf os.pidfd_open os.pipe2
    os.posix_fadvise os.posix_fallocate os.posix_spawn os.pread os.preadv os.pwrite os.pwritev
    os.readv os.register_at_fork os.sched_getaffinity os.sched_setaffinity os.sched_yield
    os.sendfile os.setgid os.setpgid os.setpriority os.setsid os.setuid os.statvfs os.sync
    os.sysconf os.tcgetpgrp os.ttyname os.uname os.wait os.wait3 os.wait4 os.waitid os.writev
    signal.alarm signal.pause signal.pthread_kill signal.pthread_sigmask signal.setitimer
    signal.sigwait signal.SIGALRM signal.SIGCHLD signal.SIGHUP signal.SIGKILL signal.SIGQUIT
    signal.SIGSTOP signal.SIGUSR1 signal.SIGUSR2 time.tzset asyncio.create_unix_connection
    """
UNKNOWN = frozenset(MODULES.split()), frozenset(CALLS.split())
PLACES = ("/bin/", "/dev/", "/etc/", "/home/", "/proc/", "/sys/", "/tmp", "/usr/", "/var/")
SHELLS = ("bash", "sh", "zsh", "tee", "make", "cat", "rm", "cp", "mv", "nproc")
TEXT = ("read_text", "write_text")
OWN = ("write_text", "io.write_text")  # of trajectories.io: UTF-8 everywhere


def sources() -> dict[str, str]:
    """The package, the launcher, and what of the workflow is Python."""
    files = [*(ROOT / "src").rglob("*.py"), ROOT / "run.py"]
    found = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}
    common = (ROOT / "workflow/rules/common.smk").read_text(encoding="utf-8")
    return found | {"workflow/rules/common.smk": common.partition("\nonsuccess:")[0]}


def findings(name: str, text: str) -> list[str]:
    """Calls, modules and paths of one platform, and text files in the platform's own encoding."""
    tree = ast.parse(text)
    elsewhere = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "sys.platform" in ast.unparse(node.test)
        for branch in (node.body, node.orelse)
        for kept in branch
        for part in ast.walk(kept)
    }
    nodes = [node for node in ast.walk(tree) if id(node) not in elsewhere]
    return [f"{name}:{node.lineno} {what}" for node in nodes for what in _found(node)]


def _found(node: ast.AST) -> list[str]:
    modules, calls = UNKNOWN
    if isinstance(node, ast.Import):
        return [one.name for one in node.names if one.name.partition(".")[0] in modules]
    if isinstance(node, ast.ImportFrom) and node.module:
        names = {f"{node.module}.{one.name}" for one in node.names}
        return [*({node.module} & modules), *sorted(names & calls)]
    if isinstance(node, ast.Attribute):
        whole = ast.unparse(node)
        return [whole] if whole in calls else []
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value] if node.value.startswith(PLACES) else []
    if isinstance(node, ast.Call):
        return _called(node)
    return []


def _called(node: ast.Call) -> list[str]:
    whole = ast.unparse(node.func)
    name = "" if whole in OWN else whole.rpartition(".")[2]
    given = {word.arg: word.value for word in node.keywords}
    found = [f"{name} without encoding"] if name in TEXT and "encoding" not in given else []
    if name == "open" and "encoding" not in given:
        words = [
            one.value for one in (*node.args, *given.values()) if isinstance(one, ast.Constant)
        ]
        if not any(isinstance(word, str) and "b" in word and len(word) < 4 for word in words):
            found.append("open without encoding")
    if name in ("run", "Popen", "call", "check_output"):
        if "preexec_fn" in given or "shell" in given:
            found.append(f"{name} with a shell")
        first = node.args[0] if node.args else None
        if isinstance(first, ast.List) and first.elts and isinstance(first.elts[0], ast.Constant):
            found += [str(first.elts[0].value)] if first.elts[0].value in SHELLS else []
    return found


def test_nothing_of_one_platform_is_used() -> None:
    texts = sources()
    assert len(texts) > 300
    assert [found for name, text in texts.items() for found in findings(name, text)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "import fcntl",
        "from resource import getrusage",
        "import os\nos.fork()",
        "from os import sched_getaffinity",
        "from signal import SIGKILL",
        "open('a.txt')",
        "from pathlib import Path\nPath('a').read_text()",
        "where = '/var/x'",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "import subprocess\nsubprocess.run(['tee', 'x'])",
    ],
)
def test_what_is_planted_is_found(planted: str) -> None:
    assert len(findings("planted", planted)) == 1


def test_threads_where_the_platform_tells_nothing_and_has_many(monkeypatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 96)
    assert parallel.usual_threads() == parallel.thread_count() == 3
    assert parallel.thread_count(96) == 96
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert parallel.usual_threads() == 2
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert parallel.usual_threads() == 1
