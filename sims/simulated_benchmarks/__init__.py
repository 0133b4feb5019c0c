"""Simulated benchmarks: answers to items whose truth is known.

Choices say what kind of benchmark (`BenchmarkKind`), one draw of them is a truth (`BenchmarkParameters`), and answers follow from that by the law of
`item_law`. What scores can tell, and how many items or votes that takes, is in `score_errors`, `telling_apart` and `needed_numbers`.

The names, listed in `__init__.pyi`, are imported when they are first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
