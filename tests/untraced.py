"""Work where coverage does not look: tracing doubles or trebles the time of all Python code.

Until Python 3.12 a tracer slows the lines of every library, not only of those that it measures.
"""

import _thread
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest

MARK = "untraced"
"""Of tests that repeat what others have run once, such as Monte Carlo tests."""

LIBRARIES = ("numba", "matplotlib.figure", "pandas", "polars", "scipy.stats", "sklearn.metrics")
"""What takes long to import, and most tests need."""


def is_untraced(item: pytest.Item) -> bool:
    """Return whether coverage should not hang on a test.

    So it is with tests of the mark; with those that need the reference data, which are skipped
    elsewhere; and with properties, whose examples are drawn at random.
    """
    return (
        item.get_closest_marker(MARK) is not None
        or "reference" in getattr(item, "fixturenames", ())
        or hasattr(getattr(item, "obj", None), "hypothesis")
    )


@contextmanager
def untraced() -> Iterator[None]:
    """Trace nothing meanwhile, in this thread and in those that it starts."""
    own, others = sys.gettrace(), threading.gettrace()
    if own is None:
        yield
        return
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        threading.settrace(others)
        sys.settrace(own)


def compile_untraced() -> None:
    """Let a traced thread wait while another one, which tracing does not know, compiles.

    Compiling takes twice as long when traced. Only threads of `threading` inherit a tracer.
    """
    import trajectories  # noqa: F401  # names the folder of compiled kernels, which numba asks for

    if sys.gettrace() is not None:
        in_plain_thread(lambda: [import_module(name) for name in LIBRARIES])
    from numba.core.dispatcher import Dispatcher  # isort: skip

    plainly = Dispatcher.compile

    def compile_elsewhere(dispatcher: Dispatcher, signature: Any) -> Any:
        if sys.gettrace() is None:
            return plainly(dispatcher, signature)
        return in_plain_thread(lambda: plainly(dispatcher, signature))

    Dispatcher.compile = compile_elsewhere


def in_plain_thread(function: Callable[[], Any]) -> Any:
    """Return what a function returns in a thread that is not traced, or raise what it raises."""
    outcome: list[tuple[bool, Any]] = []
    done = _thread.allocate_lock()
    done.acquire()

    def run() -> None:
        try:
            outcome.append((True, function()))
        except BaseException as error:
            outcome.append((False, error))
        finally:
            done.release()

    _thread.start_new_thread(run, ())
    with done:
        fine, value = outcome.pop()
    if fine:
        return value
    raise value
