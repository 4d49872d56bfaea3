"""Which language a text is in, by its script and its most frequent small words.

The language model and the labels are English. A list of tools has no small words in any language,
and counts as English: names of tools are the same everywhere.
"""

from __future__ import annotations

import re
from collections import Counter

ENGLISH = "en"
NAMES = {
    "ar": "Arabic",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "ht": "Haitian Creole",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
# In order: Japanese has Chinese characters too.
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
_SMALL_WORDS = {
    "en": "the and of to in for with is are you your we our be will on as or by at that this from"
    " have an it not must their who can all any including",
    "es": "el la los las de del y en con para por que una un se es su al o como más experiencia"
    " está son nuestro nuestra",
    "fr": "le la les des de du et en avec pour par que une un est vous nous sur dans au aux ou"
    " votre notre à sont",
    "de": "der die das und in mit für von zu den dem ein eine ist sind wir sie im auf bei oder des"
    " als ihre nicht auch zur zum",
    "it": "il lo la gli le di del della e in con per che una un è sono nel alla dei da o nostro"
    " delle anche",
    "pt": "o a os as de do da dos das e em com para por que uma um é são no na ou ao nosso você"
    " mais",
    "nl": "de het een en van in met voor op te is zijn wij je bij aan of als ook naar jij onze"
    " wordt",
    "sv": "och i att det som en på är av för med till den har de inte om ett du vi eller kan din"
    " hos",
    "pl": "i w na z do się jest oraz dla nie o od po przez jako lub że za są pracy",
    "vi": "và của các có cho là với trong được không người những việc một này để",
    "tl": "ang ng sa mga na at ay para kay hindi kami ito may ikaw mo ko nang isang",
    "ht": "nan ak pou yo yon se ki la an pa nou gen tout ou li sou fè kap",
    "tr": "ve bir bu için ile da de olan olarak en çok daha gibi veya sahip",
}
_INDEX = {code: frozenset(words.split()) for code, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_SHARE = 0.12  # of the words: prose in any of these languages has 25 % and more
_LEAST_WORDS = 3
_LOOKED_AT = 20_000  # characters


def language_of(text: str) -> str:
    """The code of a language in NAMES; English where nothing speaks against it."""
    text = text[:_LOOKED_AT]
    letters = sum(map(str.isalpha, text))
    for code, script in _SCRIPTS.items():
        if letters and len(script.findall(text)) > (0.1 if code == "ja" else 0.4) * letters:
            return code
    words = _WORD.findall(text.lower())
    counts = Counter({code: sum(word in index for word in words) for code, index in _INDEX.items()})
    best, count = counts.most_common(1)[0]
    sure = count >= _LEAST_WORDS and count >= _LEAST_SHARE * len(words)
    return best if sure and count > 1.5 * counts[ENGLISH] else ENGLISH
