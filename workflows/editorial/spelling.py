"""Which replacement of one word by another is a matter of spelling.

There is no dictionary here, so a word is never known to be misspelt. A pair passes only when

- both are words of letters and of no kind, and
- (a) a list says that both are spellings of one word (-ise and -ize, -our and -or, ss and ß), or
- the document attests it: it uses the new word elsewhere, did so before the edit, and has the old
  one nowhere else; neither is confusable with another real word; and they differ

  (b) by accents within the word, where the language treats that as a slip;
  (c) by one swap of neighbouring letters within the word, or by one consonant that is doubled
      there, but not in front of an ending (hoped, hopped): both have at least seven letters, the
      same first and last letter and the same prefix;
  (d) by one letter too many or too few, not near the end, where the list says that the language
      forms no tenses by a letter within the word: both have at least ten letters, and the first
      and last letter and the prefix as in (c).

Shorter words have too many neighbours; frequent misspellings, which are no words, are in the lists.
"""

from __future__ import annotations

import unicodedata

from workflows.editorial.lists import Lists

_SHORTEST = 5
_LONG = 7
_VERY_LONG = 10
_ENDING = 4


def respelt(old: str, new: str, lists: Lists, *, attested: bool) -> bool:
    """True when ``new`` is another spelling of ``old``; both are keys of words without a kind.

    ``attested``: the document uses the new word elsewhere, and the old one nowhere.
    """
    if not (old.isalpha() and new.isalpha()):
        return False
    if variants(old, new, lists):
        return True
    # Where no word is known to be confusable (Chinese) words of letters are foreign words.
    if not (attested and lists.confusable) or {old, new} & lists.confusable:
        return False
    if _accents(old, new, lists):
        return True
    if min(len(old), len(new)) < _LONG or (old[0], old[-1]) != (new[0], new[-1]):
        return False
    if _prefix(old, lists) != _prefix(new, lists):
        return False
    if _swapped(old, new, lists) or _doubled(old, new, lists):
        return True
    return lists.slips and _slip(old, new)


def divided(parts: tuple[str, str], whole: str, lists: Lists) -> bool:
    """True when ``whole`` is its two ``parts`` without a space or hyphen: data base, database.

    Not when the first part is a prefix ("in formal"), one is a word of grammar ("que dan"), or the
    whole is confusable.
    """
    return (
        parts[0] + parts[1] == whole
        and whole.isalpha()
        and min(map(len, parts)) > 1
        and len(whole) >= _SHORTEST
        and parts[0] not in lists.prefixes
        and not lists.caseless & set(parts)
        and whole not in lists.confusable
    )


def variants(old: str, new: str, lists: Lists) -> bool:
    """True when the rules of the list give both words the same form, and not both are known."""
    both_known = {old, new} <= lists.confusable
    return not both_known and _folded(old, lists) == _folded(new, lists)


def _folded(word: str, lists: Lists) -> str:
    for pattern, put in lists.spelling:
        word = pattern.sub(put, word)
    return word


def _accents(old: str, new: str, lists: Lists) -> bool:
    """They differ by accents only, and not in the ending or the prefix, where an accent is grammar.

    The ending is the last group of vowels with what follows; -ion, -on, and the French -ee are no
    endings that could do without their accent.
    """
    if lists.accents != "ignore-inside" or min(len(old), len(new)) < _SHORTEST:
        return False
    bare = _bare(old)
    if len(old) != len(new) or bare != _bare(new):
        return False
    prefixes = {_prefix(old, lists), _prefix(new, lists)} - {""}
    if len(prefixes) > 1:
        return False
    differs = [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    ending = bare.rstrip("bcdfghjklmnpqrstvwxz")
    if bare.endswith(("on", "ons", "ones")):
        return True
    if bare.endswith(("ee", "ees")):
        return differs[-1] == len(ending) - 2
    return differs[-1] < len(ending.rstrip("aeiou"))


def _bare(word: str) -> str:
    """Without accents; the tilde of the n is no accent."""
    return "".join(sign if sign == "ñ" else unicodedata.normalize("NFD", sign)[0] for sign in word)


def _prefix(word: str, lists: Lists) -> str:
    return next((prefix for prefix in lists.prefixes if word.startswith(prefix)), "")


def _difference(old: str, new: str) -> tuple[int, str, str]:
    """Where they begin to differ, and what stands there in each up to where they agree again."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    stop = 0
    while stop < min(len(old), len(new)) - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    return start, old[start : len(old) - stop], new[start : len(new) - stop]


def _swapped(old: str, new: str, lists: Lists) -> bool:
    _at, was, now = _difference(old, new)
    return len(was) == 2 and was == now[::-1] and not {was, now} & lists.unswappable


def _doubled(old: str, new: str, lists: Lists) -> bool:
    at, was, now = _difference(old, new)
    longer = max(old, new, key=len)
    twice = len(was) + len(now) == 1 and longer[at - 1] == longer[at]
    rest = longer[at + 1 :]
    return twice and rest not in lists.endings and longer[at] not in lists.undoubled


def _slip(old: str, new: str) -> bool:
    at, was, now = _difference(old, new)
    shorter = min(len(old), len(new))
    return shorter >= _VERY_LONG and len(was) + len(now) == 1 and at < shorter - _ENDING
