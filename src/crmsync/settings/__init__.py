"""Strict settings: text and a schema in, a value or every problem with its place out."""
