"""How each form of signature is opened on its file, put together, and what the judge has to find when it is done."""

from __future__ import annotations

from services.signing.acts.forms import annex, copy, initial, leader, seal
from services.signing.acts.forms.form import Form

FORMS: dict[str, Form] = {
    "leader": leader.FORM,
    "seal": seal.FORM,
    "annex": annex.FORM,
    "copy": copy.FORM,
    "initial": initial.FORM,
}
