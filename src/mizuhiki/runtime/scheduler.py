"""Timed work of all institutions in a process: one scheduler, no job twice at once.

The job runner is the boundary: what a job raises ends here as a log line with the error's code or class, its trace and
its place, never its text. A job whose turn comes while it still runs is skipped; missed turns are run once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from mizuhiki.crypto.digests import sha256
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.faults import DuplicateRegistration
from mizuhiki.runtime.institution import App, Job
from mizuhiki.runtime.logging import logger, where
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId

_WORKERS = 4
_LONGEST_SHIFT = timedelta(seconds=1)
_NAMES = 1 << 32


def shift(name: str, every: timedelta) -> timedelta:
    """Return how much later than others a job begins: less than a turn, a second at most, always the same for a name.

    Institutions that are started together would otherwise do the work of each second in the same instant.
    """
    return min(every, _LONGEST_SHIFT) * (int.from_bytes(sha256(name.encode())[:4], "big") / _NAMES)


def run_job(institution: InstitutionId, job: Job) -> bool:
    """Run a job once and return whether it ended well; nothing it raises leaves this function."""
    try:
        job.run()
    except MizuhikiError as error:
        logger().error("job-failed", institution=institution, job=job.name, code=error.code, where=where(error))
        return False
    except Exception as error:  # noqa: BLE001 - job runner boundary
        logger().error(
            "job-failed", institution=institution, job=job.name, error=type(error).__name__, where=where(error)
        )
        return False
    return True


class Scheduler:
    """The one scheduler of a process.

    Raises:
        DuplicateRegistration: an institution has two jobs of one name.
    """

    def __init__(self, apps: Iterable[App] = ()) -> None:
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(_WORKERS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        self._names: set[str] = set()
        for app in apps:
            self.add(app)

    def add(self, app: App) -> None:
        """Add an institution's jobs, also while the scheduler runs.

        Raises:
            DuplicateRegistration: a job of this name is there already.
        """
        for job in app.jobs:
            name = f"{app.institution}/{job.name}"
            if name in self._names:
                raise DuplicateRegistration(name)
            self._names.add(name)
            self._scheduler.add_job(
                run_job,
                "interval",
                args=(app.institution, job),
                seconds=job.every.total_seconds(),
                start_date=SystemClock().now() + job.every + shift(name, job.every),
                id=name,
            )

    def job_names(self) -> list[str]:
        """Return ``institution/job`` of every job, ordered."""
        return sorted(self._names)

    def start(self) -> None:
        """Start running jobs in background threads."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop and wait for running jobs."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
