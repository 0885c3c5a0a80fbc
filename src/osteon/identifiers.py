"""Random identifiers, as text. What they name is not known here."""

from os import urandom


def random_uuid() -> str:
    """A random UUID (version 4, RFC 9562).

    Made without ``uuid``, whose objects cost five times as much. Two of the 122 random bits, those beside the variant,
    are always the same.
    """
    digits = urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
