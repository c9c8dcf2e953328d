"""State and rules of the pension service; pure."""

from mizuhiki.institutions.agency.pension_service.domain.enrolments import EnrolmentForm, EnrolmentOutcome

__all__ = ["EnrolmentForm", "EnrolmentOutcome"]
