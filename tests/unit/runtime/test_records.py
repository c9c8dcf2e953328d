"""Audit trail, logs, leases, scheduler: what is written down, what may not be, who works."""

from __future__ import annotations

import io
import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from stdnum.exceptions import ValidationError
from stdnum.jp import in_ as stdnum_in
from support.environment import TEST_INSTANT

from mizuhiki.runtime import logging as runtime_logging
from mizuhiki.runtime.audit import RUNTIME_EVENTS, Audit, AuditEvent, audit_tables
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.faults import DuplicateRegistration, SensitiveInRecord, UndeclaredAuditEvent
from mizuhiki.runtime.institution import App, Job
from mizuhiki.runtime.leases import Leases, lease_tables
from mizuhiki.runtime.scheduler import Scheduler, run_job
from mizuhiki.vocabulary.errors import Conflict
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.sensitive import Sensitive
