"""Rules files: what an application would call, upcast and compute, as safe text.

:func:`load_rules` reads files into a :class:`RuleSet`; :class:`RulesChain` leads an event
through its hops, and :class:`RulesFolder` replays a stream. The manual's page *Rules* describes
the files.

Imports ``inspector.core`` only. Nothing in a rules file is ever run as code.
"""

from inspector.core.rules.chain import RulesChain, UpcastStopped
from inspector.core.rules.folding import RulesFold, RulesFolder, RulesReducer
from inspector.core.rules.problems import Problem, RulesInvalid
from inspector.core.rules.reader import RulesText
from inspector.core.rules.ruleset import RuleSet, digest_of, load_rules

__all__ = [
    "Problem",
    "RuleSet",
    "RulesChain",
    "RulesFold",
    "RulesFolder",
    "RulesInvalid",
    "RulesReducer",
    "RulesText",
    "UpcastStopped",
    "digest_of",
    "load_rules",
]
