"""Measures and audits the book; nothing of it is published."""
