"""The form of a corporation's items: read what was typed, fill in what stands, say what is wrong."""

from __future__ import annotations

from mizuhiki.institutions.tax_agency.domain.corporations import Profile
from mizuhiki.institutions.tax_agency.web.words import REASONS
from mizuhiki.runtime.pages import Site
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.errors import MizuhikiError

ITEMS = (
    "name", "kind", "municipality_code", "street", "post_code", "address_outside", "furigana", "en_name", "en_street",
    "en_address_outside",
)  # fmt: skip


def read_profile(form: Form) -> Profile:
    """Return the items typed; hyphens of the postal code are dropped."""
    values = {item: form.value(item) for item in ITEMS}
    values["post_code"] = values["post_code"].replace("-", "")
    return Profile(**values, searchable="1" not in form.all("excluded"))


def form_of(profile: Profile) -> Form:
    """Return the form filled in with what stands."""
    values: dict[str, str] = {item: getattr(profile, item) for item in ITEMS}
    return Form({**values, "excluded": "" if profile.searchable else "1"})


def refuse_in(site: Site, form: Form, error: MizuhikiError) -> None:
    """Attach an error to the field it names, in words, or to the form."""
    reason = str(error.fields.get("reason", ""))
    words = site.translate(REASONS[reason]) if reason in REASONS else site.translate(error.title)
    form.refuse(str(error.fields.get("field", "")), words)
