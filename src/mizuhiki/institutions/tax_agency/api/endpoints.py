"""Handler of the endpoint for institutions."""

from __future__ import annotations

from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.wire import tax_agency as wire


def serve(api: Api, agency: TaxAgency) -> None:
    """Register the endpoint with its handler."""

    def resolve(call: Call, request: wire.ResolveCorporateNumbers) -> wire.ResolvedCorporateNumbers:
        context = call.context("corporate-number", "番号法39条4項", "read what is published under Corporate Numbers")
        asked = list(dict.fromkeys(request.numbers))
        found = agency.publication.resolve(context, asked)
        known = {one.number for one in found}
        return wire.ResolvedCorporateNumbers(
            found=[
                wire.PublishedCorporation(
                    corporate_number=one.number,
                    name=one.profile.name,
                    address=one.profile.address,
                    kind=one.profile.kind,
                    designated_on=one.assignment_date,
                    closed_on=one.close_date,
                    successor=one.successor,
                )
                for one in found
            ],
            unknown=[one for one in asked if one not in known],
        )

    api.serve(wire.RESOLVE_CORPORATE_NUMBERS, resolve)
