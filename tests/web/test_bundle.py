"""What the report's script is built from: the same bytes again, and nothing that writes markup."""

import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
STATIC = files("closedsky.showing") / "static"
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setHTML|srcdoc")
MOST_SECONDS = 300


def sources():
    return sorted((WEB / "src").glob("*.ts"))


def built():
    return sorted(path for path in Path(str(STATIC)).glob("*.js"))


def absent(why):
    """Skip, or fail where Node was promised."""
    if os.environ.get("CLOSEDSKY_NODE") == "required":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """A copy of the sources with the locked versions of the tools."""
    if not (shutil.which("node") and shutil.which("npm")):
        absent("node and npm are not installed")
    copy = tmp_path_factory.mktemp("web") / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules"))
    done = run(["npm", "ci", "--ignore-scripts"], copy)
    if done.returncode:
        absent(f"npm could not install what is locked: {done.stderr.strip()[-300:]}")
    return copy


def run(command, where):
    return subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)


def test_the_bundle_is_what_the_sources_give(web, tmp_path):
    done = run(["node", "build.mjs", str(tmp_path)], web)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in sorted(tmp_path.glob("*.js"))] == [path.name for path in built()]
    for path in built():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), f"run `make web`: {path.name} is out of date"


def test_the_sources_are_well_typed(web):
    done = run(["npm", "run", "--silent", "check"], web)
    assert done.returncode == 0, done.stdout


def test_nothing_writes_markup_or_runs_text():
    assert sources() and built()
    for path in (*sources(), *built()):
        assert not MARKUP.search(path.read_text("utf-8")), path.name


def test_the_bundle_can_stand_in_a_page():
    for path in built():
        script = path.read_text("utf-8")
        assert script.isascii() and not re.search(r"</script|<!--|sourceMappingURL|https?://(?!www\.w3\.org)", script)


def test_versions_are_exact_and_the_lock_names_no_host():
    assert not re.search(r'"[\^~]', (WEB / "package.json").read_text("utf-8"))
    assert "://" not in (WEB / "package-lock.json").read_text("utf-8")
