"""Work on the files of strangers, in child processes with limits.

    from services.signing.workers.pool import run
    ready = await run(prepare, pdf, signer_name=name)

`function` is importable (no lambda), its arguments can be pickled (no certificates: pass their DER), its value is made
of plain values and of dataclasses of this service. Its refusals arrive as if it had been called here. A child that
takes too long, takes too much memory or dies is a `Stopped`, a refusal too; the next file gets a fresh child.
"""
