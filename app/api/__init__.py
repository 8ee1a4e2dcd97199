"""What programs ask: catalogs out and in, under the same permissions and with the same reports."""

from app.api import catalogs
from app.api.blueprint import blueprint

__all__ = ["blueprint", "catalogs"]
