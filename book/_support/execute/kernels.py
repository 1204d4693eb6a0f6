"""A kernel that dies while it starts is started again.

Jupyter chooses free ports and leaves it to the kernel to take them; on a busy machine another
process can be faster. What a kernel computes is not tried twice: nothing has run by then.
"""

from collections.abc import Callable
from functools import wraps

ATTEMPTS = 3


def retry_kernel_start(start: Callable) -> Callable:
    """A function that starts a kernel, called again where that raises RuntimeError."""

    @wraps(start)
    def wrapped(*arguments, **keywords):
        for _ in range(ATTEMPTS - 1):
            try:
                return start(*arguments, **keywords)
            except RuntimeError as error:  # "Kernel died before replying to kernel_info"
                if type(error) is not RuntimeError:  # DeadKernelError: it died at work
                    raise
        return start(*arguments, **keywords)

    return wrapped
