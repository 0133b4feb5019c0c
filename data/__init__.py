"""Vote logs, the catalogue of models and the bundled Arena votes: everything that is read, and nothing that is computed."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
