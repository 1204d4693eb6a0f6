"""Runs the chapters and writes numbers and citations into their text."""
