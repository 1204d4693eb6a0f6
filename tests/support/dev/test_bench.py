"""The benchmark compares programs that give the same numbers."""

import numpy as np

from _support.dev import bench


def test_the_batch_and_the_loop_give_the_same_numbers():
    codes = bench.recodings(20)
    np.testing.assert_allclose(bench.batched(codes), bench.looped(codes), rtol=1e-12)
