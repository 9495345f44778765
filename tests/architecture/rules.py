"""Who may import whom, as predicates over one module. Each returns a line for every breach."""

import ast
from collections.abc import Iterator

from tests.architecture.code import DOORS, Module

SIDE_EFFECTS = (
    "django",
    "rest_framework",
    "celery",
    "kombu",
    "redis",
    "httpcore",
    "socket",
    "subprocess",
    "requests",
    "os",
    "tempfile",
    "shutil",
    "urllib.request",
    "http.client",
    "boto3",
    "storages",
)
SERVICES_MAY_IMPORT = {
    "sources": {
        "sources": {
            "models",
            "domain",
            "querysets",
            "fetchers",
            "extractors",
            "archive",
            "services",
            "bell",
            "permissions",
        }
    },
    "claims": {
        "claims": {"models", "domain", "querysets", "search", "services", "permissions", "bell", "group_permissions"},
        "sources": {"services", "querysets", "domain", "models", "bell"},
    },
}
DOORS_MAY_NOT_IMPORT = {"fetchers", "extractors"}
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "update", "delete", "acreate"}


def is_under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def domain_has_no_side_effects(module: Module) -> Iterator[str]:
    """``*/domain``: the standard library and libraries without side effects; no Django, nothing above it."""
    application, part = module.place
    if part != "domain":
        return
    allowed = {"sources": ("sources.domain",), "claims": ("claims.domain", "sources.domain")}[application]
    for line, name in module.imports:
        if any(is_under(name, wrong) for wrong in SIDE_EFFECTS):
            yield f"{module.at(line)}: the domain imports {name}"
        inside = name.split(".")[0] in ("claims", "sources", "factcheck", "seeds")
        if inside and not any(is_under(name, prefix) for prefix in allowed):
            yield f"{module.at(line)}: the domain imports {name}"


def sources_knows_nothing_of_claims(module: Module) -> Iterator[str]:
    if module.place[0] == "sources":
        yield from (f"{module.at(line)}: imports {name}" for line, name in module.imports if is_under(name, "claims"))


def nobody_imports_the_composition_root(module: Module) -> Iterator[str]:
    if module.place[0] in ("sources", "claims"):
        for line, name in module.imports:
            if is_under(name, "factcheck") or is_under(name, "seeds"):
                yield f"{module.at(line)}: imports {name}"


def models_stand_at_the_bottom(module: Module) -> Iterator[str]:
    """Models point at models and domain only; claims' also at sources'."""
    if module.place[1] != "models":
        return
    for line, name in module.imports:
        top, _, rest = name.partition(".")
        if top in ("sources", "claims") and rest.partition(".")[0] not in ("models", "domain"):
            yield f"{module.at(line)}: a model imports {name}"


def services_import_downwards(module: Module) -> Iterator[str]:
    application, part = module.place
    if part != "services" or application not in SERVICES_MAY_IMPORT:
        return
    for line, name in module.imports:
        top, _, rest = name.partition(".")
        if top in ("sources", "claims"):
            allowed = SERVICES_MAY_IMPORT[application].get(top, set())
            if rest.partition(".")[0] not in allowed:
                yield f"{module.at(line)}: a service imports {name}"
        elif is_under(name, "celery"):
            yield f"{module.at(line)}: a service imports {name}; it rings by name through the bell"


def doors_write_no_model(module: Module) -> Iterator[str]:
    """Tasks, admin, desk, public, api, web and commands call services; they write nothing themselves."""
    application, part = module.place
    if application not in ("sources", "claims") or part not in DOORS:
        return
    for line, name in module.imports:
        top, _, rest = name.partition(".")
        if top in ("sources", "claims") and rest.partition(".")[0] in DOORS_MAY_NOT_IMPORT:
            yield f"{module.at(line)}: a door imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in WRITES and _is_a_queryset(node.func.value):
                yield f"{module.at(node.lineno)}: a door writes: {ast.unparse(node.func)}"
            elif node.func.attr == "save" and not _is_own_method(node.func.value, module.tree):
                yield f"{module.at(node.lineno)}: a door saves: {ast.unparse(node.func)}"


def _is_a_queryset(node: ast.expr) -> bool:
    """Whether ``objects`` stands somewhere in the chain of calls."""
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr in ("objects", "_default_manager", "_base_manager"):
                return True
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return False


def _is_own_method(node: ast.expr, tree: ast.Module) -> bool:
    """``super().save()``, or ``self.save()`` where a class of the file says what that is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "super"
    defined = {function.name for function in ast.walk(tree) if isinstance(function, ast.FunctionDef)}
    return isinstance(node, ast.Name) and node.id == "self" and "save" in defined


def only_the_environment_module_reads_it(module: Module) -> Iterator[str]:
    """``os.environ`` belongs to ``factcheck.env``; naming the settings module is all that others do with it."""
    if module.name == "factcheck.env":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and ast.unparse(node.value) == "os":
            if ast.unparse(node) == "os.environ" and _only_names_the_settings(module.tree, node):
                continue
            yield f"{module.at(node.lineno)}: reads the environment"


def _only_names_the_settings(tree: ast.Module, node: ast.Attribute) -> bool:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.value is node:
            words = [word.value for word in call.args if isinstance(word, ast.Constant)]
            return call.func.attr == "setdefault" and words == ["DJANGO_SETTINGS_MODULE", "factcheck.settings"]
    return False


def is_named_for_what_it_does(module: Module) -> Iterator[str]:
    if module.name.rpartition(".")[2] in ("utils", "util", "helpers", "helper", "common", "misc"):
        yield f"{module.at(1)}: name the thing"


def is_short_enough_to_read(module: Module) -> Iterator[str]:
    """At most 400 lines a module and 60 a function."""
    last = max((getattr(node, "end_lineno", 0) or 0 for node in module.tree.body), default=0)
    if last > 400:
        yield f"{module.at(last)}: {last} lines"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > 60:
                yield f"{module.at(node.lineno)}: {node.name} has {length} lines"


RULES = (
    domain_has_no_side_effects,
    sources_knows_nothing_of_claims,
    nobody_imports_the_composition_root,
    models_stand_at_the_bottom,
    services_import_downwards,
    doors_write_no_model,
    only_the_environment_module_reads_it,
    is_named_for_what_it_does,
    is_short_enough_to_read,
)
