"""Kinds of tokens as plain module names.

In Python 3.11 an attribute of an enumeration's class costs ten times a module's attribute, and these are read for every token
on every keystroke.
"""

from __future__ import annotations

from sqlglot.tokens import TokenType

ALIAS = TokenType.ALIAS
ALL = TokenType.ALL
AMP = TokenType.AMP
AND = TokenType.AND
ANTI = TokenType.ANTI
ARROW = TokenType.ARROW
ASC = TokenType.ASC
ASOF = TokenType.ASOF
BETWEEN = TokenType.BETWEEN
CASE = TokenType.CASE
COLON = TokenType.COLON
COLON_EQ = TokenType.COLON_EQ
COMMA = TokenType.COMMA
CROSS = TokenType.CROSS
DARROW = TokenType.DARROW
DASH = TokenType.DASH
DCOLON = TokenType.DCOLON
DESC = TokenType.DESC
DISTINCT = TokenType.DISTINCT
DOT = TokenType.DOT
DPIPE = TokenType.DPIPE
ELSE = TokenType.ELSE
END = TokenType.END
EQ = TokenType.EQ
EXCEPT = TokenType.EXCEPT
EXISTS = TokenType.EXISTS
FILTER = TokenType.FILTER
FROM = TokenType.FROM
FULL = TokenType.FULL
GROUP_BY = TokenType.GROUP_BY
HAVING = TokenType.HAVING
HEREDOC_STRING = TokenType.HEREDOC_STRING
HEX_STRING = TokenType.HEX_STRING
IDENTIFIER = TokenType.IDENTIFIER
ILIKE = TokenType.ILIKE
IN = TokenType.IN
INNER = TokenType.INNER
INTERSECT = TokenType.INTERSECT
INTERVAL = TokenType.INTERVAL
INTO = TokenType.INTO
IS = TokenType.IS
JOIN = TokenType.JOIN
LEFT = TokenType.LEFT
LIKE = TokenType.LIKE
LIMIT = TokenType.LIMIT
L_BRACE = TokenType.L_BRACE
L_BRACKET = TokenType.L_BRACKET
L_PAREN = TokenType.L_PAREN
NATURAL = TokenType.NATURAL
NOT = TokenType.NOT
NULL = TokenType.NULL
NUMBER = TokenType.NUMBER
OFFSET = TokenType.OFFSET
ON = TokenType.ON
OR = TokenType.OR
ORDER_BY = TokenType.ORDER_BY
OUTER = TokenType.OUTER
OVER = TokenType.OVER
PARAMETER = TokenType.PARAMETER
PARTITION_BY = TokenType.PARTITION_BY
PIPE = TokenType.PIPE
PIVOT = TokenType.PIVOT
PLUS = TokenType.PLUS
QUALIFY = TokenType.QUALIFY
RECURSIVE = TokenType.RECURSIVE
RIGHT = TokenType.RIGHT
R_BRACE = TokenType.R_BRACE
R_BRACKET = TokenType.R_BRACKET
R_PAREN = TokenType.R_PAREN
SELECT = TokenType.SELECT
SEMI = TokenType.SEMI
SEMICOLON = TokenType.SEMICOLON
SLASH = TokenType.SLASH
STAR = TokenType.STAR
STRING = TokenType.STRING
THEN = TokenType.THEN
TILDE = TokenType.TILDE
UNION = TokenType.UNION
UNPIVOT = TokenType.UNPIVOT
USING = TokenType.USING
VALUES = TokenType.VALUES
VAR = TokenType.VAR
WHEN = TokenType.WHEN
WHERE = TokenType.WHERE
WINDOW = TokenType.WINDOW
WITH = TokenType.WITH
