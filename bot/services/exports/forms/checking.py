"""Checking a template before anything is filled in: each placeholder has to be one that there is.

The names are those of `fields`; what a template may do with them is little: say one, go through a list, leave a
part out. Nothing of a template is run that is not on the list here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from jinja2 import Environment, nodes

from bot.services.exports.forms.fields import Many, Shape

FILTERS = frozenset({"default", "replace", "trim", "upper", "lower", "truncate", "int", "string"})
TESTS = frozenset({"odd", "even", "defined", "none", "equalto", "in"})
_LOOP = {"index": "", "index0": "", "first": "", "odd": "", "even": ""}
_PLAIN = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.If,
    nodes.CondExpr,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
    nodes.Tuple,
    nodes.List,
    nodes.Keyword,
)
_Scope = Mapping[str, "str | Many | Shape"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing in a template: the words that stand there, what is wrong with them, and what to do."""

    words: str
    what: str


def find_wrong(environment: Environment, source: str, shape: Shape) -> list[Wrong]:
    """Everything that is wrong with the placeholders; raises jinja2's `TemplateSyntaxError`."""
    tree = environment.parse(source)
    return list(_walk(tree.body, dict(shape), set()))


def _walk(body: list[nodes.Node], scope: _Scope, used: set[int]) -> Iterator[Wrong]:
    for node in body:
        yield from _check(node, scope, used)


def _check(node: nodes.Node, scope: _Scope, used: set[int]) -> Iterator[Wrong]:
    if isinstance(node, nodes.For):
        yield from _check_loop(node, scope, used)
    elif isinstance(node, nodes.Name | nodes.Getattr):
        found, wrong = _look_up(node, scope)
        if wrong is not None:
            yield Wrong(_words(node), wrong.what)
        elif isinstance(found, Many):
            yield Wrong(_words(node), f"是一张列表，要写成 {{% for 项 in {_words(node)} %}} … {{% endfor %}}")
        elif isinstance(found, Mapping):
            yield Wrong(_words(node), f"要写明是哪一项，可以用：{_listed(found, _words(node))}")
    elif isinstance(node, nodes.Filter) and node.name in FILTERS and node.node is not None:
        yield from _walk([node.node, *node.args, *node.kwargs], scope, used)
    elif isinstance(node, nodes.Test) and node.name in TESTS:
        yield from _walk([node.node, *node.args], scope, used)
    elif isinstance(node, _PLAIN):
        yield from _walk(list(node.iter_child_nodes()), scope, used)
    else:
        yield Wrong(_words(node), "模板里不能这样写；可以用的只有占位符、for、if 和简单的比较")


def _check_loop(node: nodes.For, scope: _Scope, used: set[int]) -> Iterator[Wrong]:
    words = _words(node.iter)
    many, wrong = _look_up(node.iter, scope) if isinstance(node.iter, nodes.Name | nodes.Getattr) else (None, None)
    if wrong is not None:
        yield wrong
    elif not isinstance(many, Many) or not isinstance(node.target, nodes.Name) or node.recursive or node.test:
        lists = "、".join(name for name, field in scope.items() if isinstance(field, Many))
        yield Wrong(words, f"for 后面要是一张列表，写成 for 项 in 列表；这里的列表有：{lists}")
    elif id(many) in used:
        yield Wrong(words, "这张列表在模板里用了两次；请只用一次")
    else:
        used.add(id(many))
        inner = {**scope, node.target.name: many.fields, "loop": _LOOP}
        yield from _walk(node.body, inner, used)
        yield from _walk(node.else_, scope, used)


def _look_up(node: nodes.Node, scope: _Scope) -> "tuple[str | Many | Shape | None, Wrong | None]":
    if isinstance(node, nodes.Name):
        if node.name in scope:
            return scope[node.name], None
        return None, Wrong(node.name, f"没有这个占位符，可以用：{_listed(scope, near=node.name)}")
    if not isinstance(node, nodes.Getattr):
        return None, Wrong(_words(node), "模板里不能这样写；请写成 名称.项目")
    owner, wrong = _look_up(node.node, scope)
    if wrong is not None:
        return None, wrong
    if isinstance(owner, Mapping) and node.attr in owner:
        return owner[node.attr], None
    whose = _words(node.node)
    fields: Shape = owner if isinstance(owner, Mapping) else {}
    listed = _listed(fields, whose, near=node.attr) if fields else "没有下一级"
    return None, Wrong(_words(node), f"没有这个占位符，可以用：{listed}")


def _listed(fields: Mapping[str, object], whose: str = "", near: str = "") -> str:
    """The names that there are, the likeliest first."""
    close = get_close_matches(near, fields, cutoff=0.3) if near else []
    names = [*close, *(name for name in fields if name not in close and name != "loop")]
    return "、".join(f"{whose}.{name}" if whose else name for name in names)


def _words(node: nodes.Node) -> str:
    """As it stands in the template, where that can be told."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_words(node.node)}[…]"
    if isinstance(node, nodes.Filter | nodes.Test):
        return str(node.name)
    if isinstance(node, nodes.Call):
        return f"{_words(node.node)}(…)"
    return type(node).__name__.lower()
