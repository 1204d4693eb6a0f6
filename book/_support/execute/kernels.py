"""Starts a kernel again that dies while it starts.

Jupyter chooses free ports and leaves it to the kernel to take them; on a busy machine another
process can be faster. No code has run by then, so no result is computed twice.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

ATTEMPTS = 3


def retry_kernel_start(start: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a function that starts a kernel try again when the kernel dies while starting.

    start : raises RuntimeError itself, and none of its subclasses, for that.
    """

    @wraps(start)
    def wrapped(*arguments: Arguments.args, **keywords: Arguments.kwargs) -> Result:
        for _ in range(ATTEMPTS - 1):
            try:
                return start(*arguments, **keywords)
            except RuntimeError as error:  # "Kernel died before replying to kernel_info"
                if type(error) is not RuntimeError:  # DeadKernelError: it died while computing
                    raise
        return start(*arguments, **keywords)

    return wrapped
