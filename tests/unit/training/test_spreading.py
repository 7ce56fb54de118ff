"""Work over processes and over a cluster: the results of doing it alone, in their order."""

import os
import signal
import sys

import pytest
from tests.conftest import SPEECH

from auricle.errors import AudioError, OptionError, TrainingError
from auricle.manifest import read_manifest
from auricle.training import importing, packing
from auricle.training.spreading import Workers


def twice(number):
    return 2 * number


def twice_of_positive(number):
    if number < 0:
        raise AudioError(f"{number} is below 0")
    return 2 * number


class DieOnce:
    """A function that kills the process it runs in at an item, the first time."""

    def __init__(self, function, fatal, marker):
        self.function, self.fatal, self.marker = function, fatal, marker

    def __call__(self, item, **options):
        if self.fatal(item) and not self.marker.exists():
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.function(item, **options)


def test_processes_give_the_results_of_one():
    items = list(range(20))
    expected = [twice(item) for item in items]
    assert list(Workers().map(twice, items)) == expected
    assert list(Workers(jobs=2).map(twice, items, chunk=3)) == expected


def test_a_cluster_needs_no_number_of_jobs():
    with pytest.raises(OptionError, match="leave out the jobs"):
        Workers(jobs=2, ray="auto")


@pytest.fixture(scope="module")
def cluster():
    """The address of a cluster of two nodes on this machine."""
    pytest.importorskip("ray")
    import ray
    from ray.cluster_utils import Cluster

    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    size = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}
    nodes = Cluster(initialize_head=True, head_node_args=size)
    nodes.add_node(num_cpus=1, object_store_memory=80 * 2**20)
    yield nodes.address
    nodes.shutdown()


# Of Ray about its own files.
@pytest.mark.filterwarnings("ignore")
class TestCluster:
    def test_a_worker_that_is_killed_is_replaced(self, cluster, tmp_path):
        killing = DieOnce(twice, lambda number: number == 7, tmp_path / "killed")
        work = Workers(ray=cluster).map(killing, list(range(20)), chunk=2)
        assert list(work) == [twice(item) for item in range(20)]
        assert (tmp_path / "killed").exists()

    def test_what_a_worker_raises_is_raised_here(self, cluster):
        with pytest.raises(AudioError, match=r"^-1 is below 0$"):
            list(Workers(ray=cluster).map(twice_of_positive, [1, -1]))

    def test_a_corpus_is_imported_and_packed_on_it_though_workers_are_killed(
        self, cluster, run, tmp_path, monkeypatch
    ):
        manifest, shards = tmp_path / "clips.jsonl.gz", tmp_path / "shards"
        alone = tmp_path / "alone.jsonl.gz"
        assert run("data", "import", "folder", SPEECH, "-o", alone).exit_code == 0
        last = read_manifest(alone)[-1].id
        measure = DieOnce(importing._try_measure, lambda each: each.id == last, tmp_path / "first")
        monkeypatch.setattr(importing, "_try_measure", measure)
        result = run("data", "import", "folder", SPEECH, "-o", manifest, "--ray", cluster)
        assert result.exit_code == 0, result.output
        assert (tmp_path / "first").exists()
        assert read_manifest(manifest) == read_manifest(alone)

        write = DieOnce(packing._write_shard, lambda job: job[0] == 2, tmp_path / "second")
        monkeypatch.setattr(packing, "_write_shard", write)
        result = run("data", "pack", manifest, "-o", shards, "--shard", 2, "--ray", cluster)
        assert "8 utterances in 4 shards" in result.output
        assert (tmp_path / "second").exists()
        assert len(list(shards.glob("recording.*.tar"))) == 4
        assert len(read_manifest(shards)) == 8


def test_a_cluster_that_is_not_there_is_named():
    with pytest.raises(TrainingError, match=r"no Ray cluster answers at 127\.0\.0\.1:1 "):
        list(Workers(ray="127.0.0.1:1").map(twice, [1]))
