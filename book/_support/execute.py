"""Executes the chapters and writes their outputs back, all of them or none.

``python book/_support/execute.py`` runs every notebook of ``book/`` in its folder, in
parallel, and replaces the files only when all have succeeded. The numbers in the text follow
the outputs. Outputs hold no clock and no interpreter version, so that an unchanged tree stays
unchanged.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from kernels import patient
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import prose

BOOK = Path(__file__).resolve().parents[1]


def execute(path):
    """A notebook with fresh outputs and numbers, as text. Raises CellExecutionError, ProseError."""
    notebook = nbformat.read(path, as_version=4)

    @patient
    def run():
        NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            record_timing=False,
            extra_arguments=["--IPKernelApp.log_level=40"],  # no word about its transport
            resources={"metadata": {"path": str(path.parent)}},
        ).execute()

    run()
    prose.fill(notebook, path.name)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main():
    # The largest first: they take longest, and none of them is to run alone at the end.
    paths = sorted(BOOK.glob("*.ipynb"), key=lambda path: -path.stat().st_size)
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        running = {path: pool.submit(execute, path) for path in paths}
    failed = False
    for path, future in running.items():
        error = future.exception()
        if error is not None:
            failed = True
            known = isinstance(error, (CellExecutionError, prose.ProseError))
            reason = str(error) if known else repr(error)
            print(f"{path.name} failed:\n{reason}", file=sys.stderr)
    if failed:
        sys.exit("no notebook was changed")
    fresh = {path: path.with_suffix(".ipynb.new") for path in paths}
    try:
        for path, future in running.items():
            fresh[path].write_text(future.result(), encoding="utf-8")
    except OSError as error:
        for path in fresh.values():
            path.unlink(missing_ok=True)
        sys.exit(f"no notebook was changed: {error}")
    for path in paths:
        os.replace(fresh[path], path)
    print(f"executed {len(paths)} notebooks")


if __name__ == "__main__":
    main()
