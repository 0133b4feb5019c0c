"""Who is who: organisations, models and licences, by any of their spellings, with the source of each fact."""

from recount.data.catalogue.joining import Catalogue, is_stated, read_catalogue
from recount.data.catalogue.tables import BUNDLED, LICENCE_CLASSES, codes_in

__all__ = ["BUNDLED", "LICENCE_CLASSES", "Catalogue", "codes_in", "is_stated", "read_catalogue"]
