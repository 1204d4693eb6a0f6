"""``python -m _support.lite pyodide FOLDER``, ``... build FOLDER``, ``... lock FOLDER``.

FOLDER is that of a Pyodide release: ``pyodide`` fetches it, ``build`` makes the app with it,
``lock`` renews the lists of packages.
"""

import sys
from pathlib import Path

from _support.common import CommandError

from . import LiteError, app, pyodide, wheels


def main() -> None:
    """Run the command; end with the reason where it fails."""
    commands = {"pyodide": pyodide.fetch, "build": app.build, "lock": wheels.lock}
    try:
        command, folder = sys.argv[1:]
        commands[command](Path(folder))
    except (KeyError, ValueError):
        sys.exit(__doc__)
    except (CommandError, LiteError) as error:
        sys.exit(f"error: {error}")


main()
