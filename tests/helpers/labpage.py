"""JupyterLab's interface, with a server or in the browser alone, as the tests drive it.

The page has to expose the app as ``window.jupyterapp``.
"""

NOTEBOOK = "window.jupyterapp.shell.currentWidget.content"
SHOWN = "window.jupyterapp?.shell.currentWidget?.content?.model?.cells?.length > 0"
CODE = f"{NOTEBOOK}.widgets.filter(c => c.model.type === 'code')"
FIRST = f"{CODE}[0].model.executionCount > 0"
FAILED = f"{CODE}.some(c => c.model.outputs.toJSON().some(o => o.output_type === 'error'))"
DONE = f"{CODE}.every(c => c.model.executionCount > 0) || {FAILED}"
RESULT = f"{CODE}.map(c => c.model.toJSON())"


def run_all(tab):
    """Clear the notebook in front and start all its cells, by the menus."""
    for menu, entry in (("Edit", "Clear Outputs of All Cells"), ("Run", "Run All Cells")):
        tab.get_by_role("menuitem", name=menu, exact=True).click()
        tab.get_by_role("menuitem", name=entry, exact=True).click()
