import os
import re
from pathlib import Path

import pytest

SMALL = ("run", "ukraine-2022", "-n", "64", "--option", "full-zone")


def said(err):
    return [line for line in err.splitlines() if "compiling" not in line]


def test_results_go_to_stdout_and_nothing_else_does(start):
    process = start(*SMALL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert said(err) == []
    assert "\x1b" not in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_compiling_is_said_once_on_stderr(start, tmp_path):
    environment = {"CLOSEDSKY_CACHE": str(tmp_path)}
    first = start(*SMALL, environment=environment)
    out, err = first.communicate(timeout=120)
    assert err.count("compiling") == 1
    assert "compiling" not in out
    second = start(*SMALL, environment=environment)
    assert second.communicate(timeout=120) == (out, "")


def test_a_reader_who_leaves_early_hears_nothing_more(start):
    process = start(*SMALL)
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=120) == 0
    assert said(err) == []


def test_an_old_terminal_gets_marks_instead_of_an_error(start):
    process = start(*SMALL, environment={"PYTHONIOENCODING": "ascii"})
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert said(err) == []
    assert out.isascii()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_a_full_disk_is_an_error_of_writing(start):
    with open("/dev/full", "w") as full:
        process = start("cases", stdout=full)
        err = process.communicate(timeout=60)[1]
    assert process.returncode == 5
    assert len(err.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals there")
@pytest.mark.parametrize("settings", [{}, {"NO_COLOR": "1"}])
def test_a_terminal_shows_progress_and_no_colour(start, settings):
    import pty

    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm-256color", "COLUMNS": "100", **settings}
    process = start(*SMALL, environment=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    text = drain(ours)
    assert process.wait(timeout=120) == 0
    assert "option-futures" in text
    assert "\x1b[1m" in text
    colours = re.findall(r"\x1b\[[0-9;]*\b(?:3[0-8]|4[0-8]|9[0-7])[0-9;]*m", text)
    assert not colours if settings else not [c for c in colours if re.search(r"\b(?:31|32|91|92|38)\b", c)]


def drain(descriptor):
    """All that comes out of a terminal until the other side is closed."""
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other side is closed
            part = b""
        if not part:
            os.close(descriptor)
            return b"".join(parts).decode()
        parts.append(part)
