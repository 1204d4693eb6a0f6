"""Executes the chapters and writes their outputs back, all of them or none.

``python -m _support.execute.chapters`` runs every notebook of ``book/`` in its folder, in
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
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from _support.common import BOOK, write_files
from _support.execute import prose
from _support.execute.kernels import retry_kernel_start


def execute(path: Path) -> str:
    """A notebook with fresh outputs and numbers, as text. Raises CellExecutionError, ProseError."""
    notebook = nbformat.read(path, as_version=4)

    @retry_kernel_start
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


def main() -> None:
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
    try:
        write_files({path: future.result() for path, future in running.items()})
    except OSError as error:
        sys.exit(f"no notebook was changed: {error}")
    print(f"executed {len(paths)} notebooks")


if __name__ == "__main__":
    main()
