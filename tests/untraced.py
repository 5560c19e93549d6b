"""Compile kernels where coverage does not look: it would trace each line of the compiler."""

import _thread
import sys
from collections.abc import Callable
from typing import Any


def compile_untraced() -> None:
    """Let a traced thread wait while another one, which tracing does not know, compiles.

    Compiling takes twice as long when traced. Only threads of `threading` inherit a tracer.
    """
    import trajectories  # noqa: F401  # names the folder of compiled kernels, which numba asks for

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
