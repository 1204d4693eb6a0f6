"""``python -m _support.lite pyodide FOLDER``, ``... build FOLDER``, ``... lock FOLDER``.

FOLDER holds a Pyodide release; ``pyodide`` fills it.
"""

import sys
from pathlib import Path

from . import LiteError, app, pyodide, wheels


def main() -> None:
    commands = {"pyodide": pyodide.fetch, "build": app.build, "lock": wheels.lock}
    try:
        command, folder = sys.argv[1:]
        commands[command](Path(folder))
    except (KeyError, ValueError):
        sys.exit(__doc__)
    except LiteError as reason:
        sys.exit(f"lite: {reason}")


main()
