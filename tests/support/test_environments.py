"""Where else the book runs: Binder, a container and a workflow, with one Python."""

import json
import re

import yaml

from _support.common import ROOT


def test_every_environment_installs_the_lock_file_on_one_python():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    python = re.search(r'requires-python = ">=([\d.]+)"', project)[1]
    binder = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in binder.splitlines() if not line.startswith("#")]
    assert lines == ["-r ../requirements.txt"]
    assert (ROOT / ".binder" / "runtime.txt").read_text().strip() == f"python-{python}"
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    container = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    assert f":1-{python}-" in container["image"]
    assert container["postCreateCommand"] == "make environment"
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    versions = {step["with"]["python-version"] for step in steps if "setup-python" in str(step)}
    assert versions == {python}
    assert all(
        re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step
    )
