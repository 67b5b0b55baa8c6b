"""Folders of a copy that is started while another one makes the same."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from config.launcher.places import places
from config.launcher.processes import LaunchError

STARTED, TIMES = 8, 25


@pytest.mark.parametrize("number", range(TIMES))
def test_copies_that_start_the_same_moment_make_one_folder(tmp_path, number):
    together = Barrier(STARTED)

    def start(_):
        together.wait()
        return places(tmp_path / "data").logs

    with ThreadPoolExecutor(STARTED) as pool:
        assert len(set(pool.map(start, range(STARTED)))) == 1


def test_a_file_in_the_way_is_said_to_be_one(tmp_path):
    (tmp_path / "data").write_text("A letter")

    with pytest.raises(LaunchError, match="is a file"):
        places(tmp_path / "data")
