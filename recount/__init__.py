"""Ratings from pairwise votes, how sure they are, and which conclusions from them survive.

`read` a log and `analyse` it; every answer is a table that shows itself. The names, listed in `__init__.pyi`, are imported when they are first used.
"""


def __getattr__(name: str) -> object:
    # The command has to listen for interruptions before anything slow is imported.
    import lazy_loader

    attach, listed, public = lazy_loader.attach_stub(__name__, __file__)
    globals().update(__getattr__=attach, __dir__=listed, __all__=public)
    return globals()[name] if name in globals() else attach(name)


def __dir__() -> list[str]:
    # A module's names have no types of their own here.
    names: list[str] = __getattr__("__all__")  # type: ignore[assignment]
    return names
