"""A file whose revisions share what they have read, and whose changes are compared once, whoever signed before them."""

from __future__ import annotations

import functools
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.sign.diff_analysis import DiffPolicy, DiffResult, ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

from services.signing.judging.uses import TooTangled, Uses


class History(PdfFileReader):
    """pyHanko's reader; each version of an object is parsed once."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream, strict=True)
        self._versions: dict[tuple[int, int, Any], Any] = {}
        for name in ("get_last_change", "get_introducing_revision", "get_historical_ref"):
            setattr(self.xrefs, name, functools.cache(getattr(self.xrefs, name)))

    @functools.cached_property
    def uses(self) -> Uses:
        return Uses(self)

    def get_object(  # type: ignore[override]  # as PdfFileReader itself has it
        self,
        ref: generic.Reference,
        revision: int | None = None,
        never_decrypt: bool = False,
        transparent_decrypt: bool = True,
        as_metadata_stream: bool = False,
    ) -> Any:
        def read() -> Any:
            return read_once(ref, revision, never_decrypt, transparent_decrypt, as_metadata_stream)

        read_once: Any = super().get_object
        if revision is None or as_metadata_stream:
            return read()
        key = ref.idnum, ref.generation, self.xrefs.get_historical_ref(ref, revision)
        if key not in self._versions:
            self._versions[key] = read()
        return self._versions[key]

    def get_historical_resolver(self, revision: int) -> HistoricalResolver:
        known: dict[int, HistoricalResolver] = self._historical_resolver_cache
        if revision not in known:
            known[revision] = _Revision(self, revision)
        return known[revision]


class _Revision(HistoricalResolver):
    """One revision; asked where an object is used, it looks for that object alone."""

    def __init__(self, reader: History, revision: int) -> None:
        super().__init__(reader, revision)
        self._history = reader
        self._found: dict[generic.Reference, set[RawPdfPath]] = {}

    def _load_reverse_xref_cache(self) -> None:
        """Nothing in advance."""

    def _get_usages_of_ref(self, ref: generic.Reference) -> set[RawPdfPath]:
        if ref not in self._found:
            try:
                self._found[ref] = self._history.uses.of(ref, self.revision)
            except TooTangled:
                super()._load_reverse_xref_cache()  # type: ignore[no-untyped-call]
                self._found[ref] = super()._get_usages_of_ref(ref)
        return self._found[ref]


class Stepwise(DiffPolicy):
    """The rules applied to each revision and the one before it. What a signature forbids later, no step may do.

    pyHanko compares each signed revision with each later one: 50 signatures make 1275 comparisons, this makes 50.
    It is never more lenient: every step is compared in full, and locks are asked about whatever any step changed.
    """

    def __init__(self, rules: DiffPolicy) -> None:
        self._rules = rules
        self._steps: dict[tuple[int, bool], DiffResult | SuspiciousModification] = {}

    def apply(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult:
        return self._rules.apply(old, new, field_mdp_spec, doc_mdp)

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        first = base_revision if isinstance(base_revision, int) else base_revision.revision
        level, changed = ModificationLevel.NONE, set[str]()
        for revision in range(first + 1, reader.total_revisions):
            step = self._step(reader, revision, doc_mdp)
            if isinstance(step, SuspiciousModification):
                return step
            level, changed = max(level, step.modification_level), changed | step.changed_form_fields
        locked = [name for name in sorted(changed) if field_mdp_spec is not None and field_mdp_spec.is_locked(name)]
        if locked:
            return SuspiciousModification(f"the form field {locked[0]} is locked")
        return DiffResult(level, changed)

    def _step(
        self, reader: PdfFileReader, revision: int, doc_mdp: MDPPerm | None
    ) -> DiffResult | SuspiciousModification:
        key = revision, doc_mdp is not None
        if key not in self._steps:
            old, new = (reader.get_historical_resolver(n) for n in (revision - 1, revision))
            try:
                self._steps[key] = self._rules.apply(old, new, None, doc_mdp)
            except SuspiciousModification as error:
                self._steps[key] = error
        return self._steps[key]
