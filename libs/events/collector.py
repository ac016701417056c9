"""Python's garbage collector, in processes that make many values and few rings."""

import gc

THRESHOLDS = (20_000, 50, 50)


def calm_collector() -> None:
    """Let the garbage collector look rarely: what a service makes is immutable and dies by its count of references.

    What start-up made is never looked at again. Measured with `make bench`: a tenth more commands a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
