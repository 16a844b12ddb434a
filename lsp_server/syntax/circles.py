"""Trees have circles, since nodes know their parents: dropped, they would lie about until a collector's pass, which stops every thread."""

from __future__ import annotations

from sqlglot import exp


def take_apart(tree: exp.Expression | None) -> None:
    """Nobody needs the tree any more: cut its circles, so that it is freed when it is dropped.

    Does nothing but cut those: who still holds a node has all that is below it.  CTEs that went into another tree stay whole.
    """
    waiting = [tree] if tree is not None else []
    while waiting:
        node = waiting.pop()
        node.parent = None
        if type(node) is exp.With:
            waiting.extend(child for child in node.iter_expressions() if child.parent is node)
        else:
            waiting.extend(node.iter_expressions())
