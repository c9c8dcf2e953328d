"""Design-system components, forms, accessibility and languages; knows nothing about residents, cards or exchanges.

Pages are Jinja templates that extend ``ui/page.html`` (citizens) or ``ui/staff_page.html`` (dense screens) and call the
macros of ``ui/forms.html`` and ``ui/parts.html``; `mizuhiki.ui.look.Look` hands all of it to a site.
"""
