"""What Sphinx and the build need, one folder a purpose; ``book`` is on the path.

``execute`` runs the chapters and fills in the numbers of their text; ``sphinx`` makes them the
site; ``release`` makes the archive, its lists and the PDF; ``lite`` makes the notebooks that
run in the reader's browser; ``dev`` measures and audits. ``common`` is used by all of them.
"""
