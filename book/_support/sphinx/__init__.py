"""Makes the site: extensions of Sphinx, templates, style and scripts."""
