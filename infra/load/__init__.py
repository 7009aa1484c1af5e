"""People at work by the hundred: they draft, sign, number, issue and register over the real HTTP and the real broker.

Used by the benchmarks and by the fault runs.
"""
