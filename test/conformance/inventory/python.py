"""What Python makes of lines: reads a JSON list of texts, prints for each its words as a shell would part them, its
value, and what PyYAML reads."""
import ast
import json
import shlex
import sys
import warnings
from datetime import date

import yaml

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


def scalar(text):
    try:
        value = yaml.safe_load(f'a: {text}\n')['a']
        return {'value': text.strip() if isinstance(value, date) else plain(value)}
    except (ValueError, TypeError, OverflowError, yaml.YAMLError):
        return None


print(json.dumps([{'scalar': scalar(text), 'words': words(text), 'literal': literal(text)} for text in json.load(sys.stdin)]))
