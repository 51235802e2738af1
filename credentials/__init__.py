"""The trust core: documents, canonical forms, proofs, JOSE, DIDs, status lists, baking.

Pure Python. Knows no Django, network or clock: whatever depends on the time takes `at`, whatever
needs a key takes a key or a `resolve` callable.
"""
