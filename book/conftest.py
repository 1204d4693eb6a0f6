"""For nbval, which runs the chapters' cells as tests."""

import sys

from _support.execute.kernels import retry_kernel_start

if kernel := sys.modules.get("nbval.kernel"):  # not where nbval is off
    kernel.start_new_kernel = retry_kernel_start(kernel.start_new_kernel)
