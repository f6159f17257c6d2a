"""The sources that are shipped: facts gathered from public code in 2026, none of them visited by this project.

Two tables, one source a line: sources.csv (national bodies, provinces, departments, cities, parks, media) and
counties.csv. They are edited by hand; `check` says what is wrong with a row.
"""

from crawler.catalogue.faults import Fault, check, faults_of_overrides
from crawler.catalogue.shipped import CONFIDENCES, PROVINCES, load, pick

__all__ = ["CONFIDENCES", "PROVINCES", "Fault", "check", "faults_of_overrides", "load", "pick"]
