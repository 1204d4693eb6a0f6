"""How things look: tables, claims, figures and pages. Nothing is computed here.

Chapters use ``show.table``, ``show.published`` and the like; drawings are in
``show.figures``, which is imported by itself because matplotlib is slow to load.
"""

from .appraisal import appraisal_table, supporting_sentences
from .claims_tables import (
    chapter_claims,
    headlines,
    printed_text,
    published,
    register_table,
    section_name,
)
from .dictionary_tables import dictionary_table
from .divergences import divergence, divergences, ledger_table, what_changes_use
from .evidence import evidence_table
from .harms import exposure_table, harms_table
from .html import Listing, glue, or_not_reached, source, table
from .open_questions import ranked_questions, unranked_questions
from .patients import patients_sections
from .retold import retold_pages, retold_sentences
from .sources import quantities_table, quantity_sources, shared_sources
from .statements import statements_table
from .study_tables import (
    bounds_with_limits,
    curve_table,
    cycle_table,
    leave_one_out,
    outputs_table,
    pins,
    software_rules_table,
    spread_table,
    table1_printed,
    with_at_risk,
    with_limits,
)
from .svg import figure

__all__ = [
    "Listing",
    "appraisal_table",
    "bounds_with_limits",
    "chapter_claims",
    "curve_table",
    "cycle_table",
    "dictionary_table",
    "divergence",
    "divergences",
    "evidence_table",
    "exposure_table",
    "figure",
    "glue",
    "harms_table",
    "headlines",
    "leave_one_out",
    "ledger_table",
    "or_not_reached",
    "outputs_table",
    "patients_sections",
    "pins",
    "printed_text",
    "published",
    "quantities_table",
    "quantity_sources",
    "ranked_questions",
    "register_table",
    "retold_pages",
    "retold_sentences",
    "section_name",
    "shared_sources",
    "software_rules_table",
    "source",
    "spread_table",
    "statements_table",
    "supporting_sentences",
    "table",
    "table1_printed",
    "unranked_questions",
    "what_changes_use",
    "with_at_risk",
    "with_limits",
]
