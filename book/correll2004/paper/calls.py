"""What can go wrong when a call of a quantity is read, in words."""

# What can come of reading a call, such as one too deeply nested.
CALL_ERRORS = (ValueError, RecursionError, MemoryError)


def reason_of(error):
    """The rule that an error states, without the value that it repeats."""
    is_rule = isinstance(error, ValueError)
    return str(error).partition(": ")[0] if is_rule else "is too deeply nested for a call"


def one_line(error):
    return " ".join(str(error).split())[:200] or type(error).__name__
