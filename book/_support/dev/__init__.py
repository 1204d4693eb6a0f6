"""Measures and audits the book; not part of what is published."""
