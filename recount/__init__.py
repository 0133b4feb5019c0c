"""Ratings from pairwise votes, how sure they are, and which conclusions from them survive.

`read` a log and `analyse` it; every answer is a table that shows itself. The names, listed in `__init__.pyi`, are imported when they are first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
