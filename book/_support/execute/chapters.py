"""Executes the chapters and writes their outputs back, all of them or none.

``python -m _support.execute.chapters`` runs every notebook of ``book/`` in parallel and
replaces the files only when all have succeeded. The numbers in the text are then those of the
outputs. No time of day and no version of Python is stored, so that an unchanged tree stays
unchanged.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from _support.common import BOOK, write_files
from _support.execute import prose
from _support.execute.kernels import retry_kernel_start


def execute(path: Path) -> str:
    """A notebook with fresh outputs and numbers, as text.

    path : the notebook; it is not changed. Raises CellExecutionError or ProseError.
    """
    notebook = nbformat.read(path, as_version=4)

    @retry_kernel_start
    def run() -> None:
        NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            record_timing=False,
            extra_arguments=["--IPKernelApp.log_level=40"],  # no message about its connection
            resources={"metadata": {"path": str(path.parent)}},
        ).execute()

    run()
    prose.fill(notebook, path.name)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Execute every chapter; on a failure, say which and why, and change none."""
    # The largest first: it takes longest, and should not run alone at the end.
    paths = sorted(BOOK.glob("*.ipynb"), key=lambda path: -path.stat().st_size)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        executed = {path: pool.submit(execute, path) for path in paths}
    failures = {path: reason for path, each in executed.items() if (reason := each.exception())}
    for path, reason in failures.items():
        expected = isinstance(reason, (CellExecutionError, prose.ProseError))
        print(f"{path.name} failed:\n{reason if expected else repr(reason)}", file=sys.stderr)
    if failures:
        sys.exit("no notebook was changed")
    try:
        write_files({path: each.result() for path, each in executed.items()})
    except OSError as error:
        sys.exit(f"no notebook was changed: {error}")
    print(f"executed {len(paths)} notebooks")


if __name__ == "__main__":
    main()
