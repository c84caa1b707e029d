"""What a worker tells of itself, in Prometheus's text format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from roleplay.errors import SettingsError
from roleplay.jobs.queue import Lengths

BUCKETS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)


class Metrics:
    """A worker's figures, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._jobs = Counter(
            "roleplay_jobs",
            "Jobs that ended, by how: scored, there_already, waits, aside",
            ["outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "roleplay_job_seconds", "How long a job took", buckets=BUCKETS_S, registry=self.registry
        )
        self._queue = Gauge(
            "roleplay_queue_jobs",
            "Jobs in the queue, by state: waiting, doing, aside",
            ["state"],
            registry=self.registry,
        )
        self._workers = Gauge("roleplay_workers", "Workers that gave a sign of life", registry=self.registry)
        for outcome in ("scored", "there_already", "waits", "aside"):
            self._jobs.labels(outcome)

    def done(self, outcome: str, seconds: float) -> None:
        """A job ended."""
        self._jobs.labels(outcome).inc()
        self._seconds.observe(seconds)

    def queue(self, lengths: Lengths) -> None:
        """How long the queue is now."""
        self._queue.labels("waiting").set(lengths.waiting)
        self._queue.labels("doing").set(lengths.doing)
        self._queue.labels("aside").set(lengths.aside)
        self._workers.set(lengths.workers)

    def serve(self, host: str, port: int) -> None:
        """Serve the page at /metrics, in a thread that ends with the program.

        Raises:
            SettingsError: the port is taken.
        """
        try:
            start_http_server(port, host, registry=self.registry)
        except OSError as error:
            raise SettingsError(f"--metrics {host}:{port}: {error.strerror}; give another port") from error
