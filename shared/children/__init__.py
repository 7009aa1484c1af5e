"""Work on the files of strangers, in child processes with limits.

    workers = Workers("pdf", 2, seconds=30, memory_mb=2048)
    ready = await workers.run(prepare, pdf, signer_name=name)

`function` is importable (no lambda), its arguments can be pickled (no certificates: pass their DER), its value is made
of plain values and of dataclasses of our own. Its refusals arrive as if it had been called here. A child that takes too
long, takes too much memory or dies is a `Stopped`, a refusal too; the next file gets a fresh child.
"""
