"""Simulated arenas: vote logs whose truth is known.

Choices say what kind of arena (`Arena`), one draw of them is a truth (`Parameters`), and votes or their exact expectation follow from that. A
mechanism is one small function in `strengths`, `meetings`, `pair_leads`, `laws` or `crowds`, with streams of its own in `random_streams`.

The names, listed in `__init__.pyi`, are imported when they are first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
