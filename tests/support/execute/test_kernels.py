"""A kernel that does not start is started again; what died at work is not run twice."""

import pytest
from nbclient.exceptions import DeadKernelError

from _support.execute.kernels import ATTEMPTS, retry_kernel_start


def failing(error, times):
    """A start that fails so many times, and the list of its calls."""
    calls = []

    def start(name):
        calls.append(name)
        if len(calls) <= times:
            raise error
        return f"{name} runs"

    return retry_kernel_start(start), calls


def test_a_kernel_that_died_on_its_way_is_started_again():
    start, calls = failing(RuntimeError("Kernel died before replying to kernel_info"), 2)
    assert start("kernel") == "kernel runs"
    assert len(calls) == 3


def test_a_kernel_that_never_starts_is_an_error():
    start, calls = failing(RuntimeError("Kernel died"), 99)
    with pytest.raises(RuntimeError):
        start("kernel")
    assert len(calls) == ATTEMPTS


@pytest.mark.parametrize("error", [DeadKernelError("Kernel died"), ValueError("wrong")])
def test_what_died_at_work_is_not_tried_twice(error):
    start, calls = failing(error, 1)
    with pytest.raises(type(error)):
        start("kernel")
    assert len(calls) == 1
