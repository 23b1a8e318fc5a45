"""Writes names.txt, the characters that \\N{NAME} in a string literal knows.

Run it in this folder: python3 names.py > ../names.txt
A line is NAME, a tab and the code point in hexadecimal; lines are sorted by
their bytes.  Names and aliases come from Python's own Unicode database, so they
are those that Python's Jinja2 knows.
"""

import unicodedata

# First and last code point of the blocks that texts of messages take from.
BLOCKS = [
    (0x0000, 0x024F),  # Latin
    (0x02B0, 0x036F),  # modifier letters, combining marks
    (0x0370, 0x052F),  # Greek, Cyrillic
    (0x1E00, 0x1EFF),  # Latin, additional
    (0x2000, 0x20CF),  # punctuation, super- and subscripts, currency
    (0x2100, 0x2BFF),  # letter-like, numbers, arrows, mathematics, technical,
                       # boxes, shapes, symbols, dingbats, Braille, arrows
    (0x3000, 0x303F),  # CJK punctuation
    (0xFB00, 0xFB06),  # Latin ligatures
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFF9, 0xFFFD),  # specials
    (0x1F100, 0x1F1FF),  # enclosed letters, regional indicators
    (0x1F300, 0x1F6FF),  # pictographs, emoticons, transport
    (0x1F780, 0x1F7FF),  # shapes
    (0x1F900, 0x1FAFF),  # pictographs
]

# unicodedata cannot list aliases, so these are tried one by one.

ALIAS_NAMES = [
    "NULL", "NUL", "START OF HEADING", "SOH", "START OF TEXT", "STX", "END OF TEXT", "ETX",
    "END OF TRANSMISSION", "EOT", "ENQUIRY", "ENQ", "ACKNOWLEDGE", "ACK", "ALERT", "BEL",
    "BACKSPACE", "BS", "CHARACTER TABULATION", "HORIZONTAL TABULATION", "HT", "TAB", "LINE FEED",
    "NEW LINE", "END OF LINE", "LF", "NL", "EOL", "LINE TABULATION", "VERTICAL TABULATION", "VT",
    "FORM FEED", "FF", "CARRIAGE RETURN", "CR", "SHIFT OUT", "LOCKING-SHIFT ONE", "SO", "SHIFT IN",
    "LOCKING-SHIFT ZERO", "SI", "DATA LINK ESCAPE", "DLE", "DEVICE CONTROL ONE", "DC1",
    "DEVICE CONTROL TWO", "DC2", "DEVICE CONTROL THREE", "DC3", "DEVICE CONTROL FOUR", "DC4",
    "NEGATIVE ACKNOWLEDGE", "NAK", "SYNCHRONOUS IDLE", "SYN", "END OF TRANSMISSION BLOCK", "ETB",
    "CANCEL", "CAN", "END OF MEDIUM", "EOM", "EM", "SUBSTITUTE", "SUB", "ESCAPE", "ESC",
    "INFORMATION SEPARATOR FOUR", "FILE SEPARATOR", "FS", "INFORMATION SEPARATOR THREE",
    "GROUP SEPARATOR", "GS", "INFORMATION SEPARATOR TWO", "RECORD SEPARATOR", "RS",
    "INFORMATION SEPARATOR ONE", "UNIT SEPARATOR", "US", "SP", "DELETE", "DEL", "NEXT LINE", "NEL",
    "NBSP", "SHY", "CGJ", "ZWSP", "ZWNJ", "ZWJ", "LRM", "RLM", "LRE", "RLE", "PDF", "LRO", "RLO",
    "NNBSP", "MMSP", "WJ", "LRI", "RLI", "FSI", "PDI", "BYTE ORDER MARK", "BOM",
    "ZERO WIDTH NO-BREAK SPACE", "ZWNBSP", "LATIN CAPITAL LETTER GHA", "LATIN SMALL LETTER GHA",
    "WEIERSTRASS ELLIPTIC FUNCTION", "MICR ON US SYMBOL", "MICR DASH SYMBOL",
] + [f"VS{i}" for i in range(1, 17)]


def main():
    names = {}
    for first, last in BLOCKS:
        for code in range(first, last + 1):
            name = unicodedata.name(chr(code), "")
            if name:
                names[name] = code
    for name in ALIAS_NAMES:
        try:
            names[name] = ord(unicodedata.lookup(name))
        except KeyError:
            pass
    for line in sorted(f"{name}\t{code:X}" for name, code in names.items()):
        print(line)


main()
