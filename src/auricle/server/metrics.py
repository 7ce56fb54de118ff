"""What Prometheus reads at /metrics: counts and times, never words."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The server's counters, in a registry of their own so that two servers do not mix."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.streams = Gauge("auricle_streams", "Live streams.", registry=registry)
        self.streams_ended = Counter(
            "auricle_streams_ended", "Streams that ended, by how.", ["outcome"], registry=registry
        )
        self.audio_seconds = Counter(
            "auricle_audio_seconds", "Seconds of audio heard.", ["kind"], registry=registry
        )
        self.work_seconds = Counter(
            "auricle_work_seconds",
            "Processor seconds of the graph and the search; by audio seconds, real-time factors.",
            ["kind"],
            registry=registry,
        )
        self.event_latency = Histogram(
            "auricle_event_latency_seconds",
            "From the arrival of a chunk's last sample to its events.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.batch_size = Histogram(
            "auricle_batch_size",
            "Chunks in one run of the graph.",
            buckets=(1, 2, 4, 8, 16, 32, 64),
            registry=registry,
        )
        self.real_time_factor = Histogram(
            "auricle_file_real_time_factor",
            "Seconds of work for each second of a file.",
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0),
            registry=registry,
        )
        self.requests = Counter(
            "auricle_http_requests", "HTTP requests.", ["path", "status"], registry=registry
        )

    def exposition(self) -> bytes:
        """Return all of them in the text format of Prometheus."""
        return generate_latest(self.registry)
