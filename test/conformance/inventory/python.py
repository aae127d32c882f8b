"""What Python makes of lines: reads a JSON list of texts, prints for each its words as a shell would part them, and its value."""
import ast
import json
import shlex
import sys
import warnings

warnings.simplefilter('ignore')


def words(text):
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return None


def plain(value):
    """As JSON has it, bytes as text; raises for what JSON has no word for."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(plain(key)).strip('"'): plain(item) for key, item in value.items()}
    return json.loads(json.dumps(value, allow_nan=False))


def literal(text):
    try:
        return {'value': plain(ast.literal_eval(text))}
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


print(json.dumps([{'words': words(text), 'literal': literal(text)} for text in json.load(sys.stdin)]))
