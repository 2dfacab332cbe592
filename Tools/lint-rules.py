"""Checks the rules that `swift format` does not know. Prints `file:line: reason`; exit code 1 when there is a fault.

Usage: lint-rules.py MANIFEST, the output of `swift package dump-package`, in the package's folder.
"""

import json
import pathlib
import re
import sys

# The arrows: what each target imports of the project (with everything below those), and which C modules and packages.
TARGETS = {
    "CPCSC": ([], []),
    "COpenSSL": ([], []),
    "CLibPQ": ([], []),
    "CPKCS11": ([], []),
    "CPangoCairo": ([], []),
    "CQREncode": ([], []),
    "CTurboJPEG": ([], []),
    "ISO7816": ([], []),
    "CardCrypto": ([], ["COpenSSL", "CPKCS11"]),
    "SecureChannel": (["ISO7816", "CardCrypto"], []),
    "PCSC": (["ISO7816"], ["CPCSC"]),
    "StrictYAML": ([], ["Yams"]),
    "CardApplication": (["ISO7816", "CardCrypto", "StrictYAML"], ["Yams"]),
    "CardTerminal": (["CardApplication", "SecureChannel"], []),
    "SoftCard": (["CardApplication", "SecureChannel"], []),
    "VietnamReference": ([], []),
    "Printing": (["VietnamReference"], ["CPangoCairo", "CQREncode", "CTurboJPEG"]),
    "Ledger": ([], []),
    "Benefits": (["VietnamReference", "Ledger", "StrictYAML"], []),
    "LedgerStore": (["Ledger", "Benefits", "CardCrypto", "CWALBuffer"], ["GRDB", "GRDBSQLite", "CLibPQ"]),
    "ServiceAPI": (["VietnamReference"], []),
    "Issuance": (["CardTerminal", "ServiceAPI", "VietnamReference", "Printing"], ["GRDB", "Yams"]),
    "Conformance": (["CardTerminal", "Issuance"], []),
    "TransactionService": (["ServiceAPI", "LedgerStore", "CardApplication"], ["Hummingbird"]),
    "PopulationRegister": (["ServiceAPI", "CardCrypto"], ["Hummingbird"]),
    "PayoutPoint": (["ServiceAPI", "CardTerminal", "Printing"], ["AsyncHTTPClient"]),
    "CardTestSupport": (["CardApplication", "SecureChannel"], []),
    "CentreTestSupport": (["TransactionService", "PayoutPoint", "Issuance", "PopulationRegister", "SoftCard", "CardTestSupport"], ["AsyncHTTPClient"]),
    "CFaultVFS": ([], []),
    "CWALBuffer": ([], []),
    "CEAC": ([], []),
    "EACPeer": (["CEAC", "ISO7816"], []),
    "ansinh": (
        [
            "PCSC", "SoftCard", "CardTerminal", "Benefits", "Issuance", "Conformance", "TransactionService", "PayoutPoint",
            "PopulationRegister", "Printing",
        ],
        ["ArgumentParser", "AsyncHTTPClient"],
    ),
}

# The modules that come with a package, besides the one of its name.
PACKAGE_MODULES = {
    "Hummingbird": [
        "HTTPTypes", "HummingbirdCore", "HummingbirdRouter", "HummingbirdTLS", "Logging", "NIOCore", "NIOHTTPTypes", "NIOSSL",
        "NIOTLS", "ServiceLifecycle", "UnixSignals",
    ],
    "AsyncHTTPClient": ["Logging", "NIOCore", "NIOFoundationCompat", "NIOHTTP1", "NIOPosix", "NIOSSL"],
}

# What comes with the compiler. The platform's libraries are kept out of the pure targets.
LANGUAGE = {"Swift", "RegexBuilder", "Synchronization", "_Concurrency"}
PLATFORM = {"Foundation", "FoundationEssentials", "Glibc", "Musl", "Dispatch"}
PURE = {"ISO7816", "Ledger"}

# C pointers stop here; of SoftCard only the file with the socket.
POINTER_TARGETS = {"PCSC", "CardCrypto", "LedgerStore", "Printing", "CFaultVFS", "CWALBuffer"}
POINTER_FILES = re.compile(r"^Sources/SoftCard/(.*/)?VPCD[A-Za-z+]*\.swift$")
POINTER = re.compile(r"\b(OpaquePointer|Unsafe(Mutable)?(Raw)?(Buffer)?Pointer)\b")

MAXIMUM_COLUMNS = 120
MAXIMUM_FILE = 400
MAXIMUM_FUNCTION = 70
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|var|let|actor)\s+)?(\w+)"
)
FUNCTION = re.compile(
    r"^(\s*)(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private|static|class|final|override|"
    r"mutating|nonmutating|nonisolated|isolated|convenience|required|consuming|borrowing|prefix|infix|postfix)\s+)*"
    r"(?:func\b|init\b|deinit\b|subscript\b)"
)
UNCHECKED = re.compile(r"@unchecked\s+Sendable|\bnonisolated\(unsafe\)")
# Written so that no line of these scripts matches them.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home|Users|tmp/helper\w*)/")
TEXT_SUFFIXES = {"", ".swift", ".md", ".py", ".sh", ".h", ".c", ".json", ".yml", ".yaml", ".modulemap", ".sql", ".csv"}

faults = 0


def fault(path, line, reason):
    global faults
    faults += 1
    print(f"{path}:{line}: {reason}")


def below(target):
    """All project targets that `target` may import."""
    found = set()
    pending = list(TARGETS.get(target, ([], []))[0])
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += TARGETS[name][0]
    return found


def allowed(target):
    packages = TARGETS[target][1]
    modules = {module for package in packages for module in PACKAGE_MODULES.get(package, [])}
    return below(target) | set(packages) | modules | LANGUAGE | (set() if target in PURE else PLATFORM)


def check_imports(path, lines, target):
    if target not in TARGETS:
        fault(path, 1, f"target {target} is not in the table of arrows (Tools/lint-rules.py)")
        return
    names = allowed(target)
    if target == "CardTestSupport":
        names = names | {"Testing"}
    for number, line in enumerate(lines, 1):
        match = IMPORT.match(line)
        if match and match[1] not in names:
            fault(path, number, f"{target} must not import {match[1]}")


def check_functions(path, lines):
    for number, line in enumerate(lines):
        match = FUNCTION.match(line)
        if not match:
            continue
        for last in range(number, len(lines)):
            if lines[last].startswith(match[1] + "}"):
                if last - number + 1 > MAXIMUM_FUNCTION:
                    length = last - number + 1
                    fault(path, number + 1, f"function of {length} lines, more than {MAXIMUM_FUNCTION}")
                break
            # A declaration without a body: the next one begins, or the enclosing braces end.
            if last > number and lines[last].strip() and indent(lines[last]) < len(match[1]):
                break
            if last > number and FUNCTION.match(lines[last]) and indent(lines[last]) == len(match[1]):
                break


def indent(line):
    return len(line) - len(line.lstrip(" "))


def check_swift(path, lines):
    parts = path.parts
    if len(lines) > MAXIMUM_FILE:
        fault(path, len(lines), f"file of {len(lines)} lines, more than {MAXIMUM_FILE}")
    check_functions(path, lines)
    for number, line in enumerate(lines, 1):
        if len(line) > MAXIMUM_COLUMNS:
            fault(path, number, f"line of {len(line)} columns, more than {MAXIMUM_COLUMNS}")
        code = line.split("//")[0]
        if UNCHECKED.search(code) and "//" not in line and "//" not in (lines[number - 2] if number > 1 else ""):
            fault(path, number, "needs a comment with the reason on this line or the one above")
        if parts[0] == "Sources" and POINTER.search(code):
            if parts[1] not in POINTER_TARGETS and not POINTER_FILES.match(path.as_posix()):
                fault(path, number, f"C pointers do not belong in {parts[1]}")
    if parts[0] == "Sources":
        check_imports(path, lines, parts[1])


def check_text(path, lines):
    for number, line in enumerate(lines, 1):
        if UNFINISHED.search(line):
            fault(path, number, "unfinished work is not left in the text")
        if MACHINE_PATH.search(line):
            fault(path, number, "path of one machine")


def dependency_names(target):
    for dependency in target["dependencies"]:
        for kind in ("byName", "target", "product"):
            if kind in dependency:
                yield dependency[kind][0]


def check_manifest(manifest):
    text = pathlib.Path("Package.swift").read_text().splitlines()
    for target in manifest["targets"]:
        name = target["name"]
        line = next((n for n, row in enumerate(text, 1) if f'"{name}"' in row), 1)
        if target["type"] == "test":
            continue
        if name not in TARGETS:
            fault("Package.swift", line, f"target {name} is not in the table of arrows (Tools/lint-rules.py)")
            continue
        names = allowed(name)
        for dependency in dependency_names(target):
            if dependency not in names:
                fault("Package.swift", line, f"{name} must not depend on {dependency}")


def text_files():
    for top in ("Package.swift", "README.md", ".swift-format", ".ci", "Sources", "Tests", "Tools", "CardProfiles"):
        root = pathlib.Path(top)
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.is_file() and path.suffix in TEXT_SUFFIXES:
                yield path


def main():
    for path in text_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            fault(path, 1, "not UTF-8")
            continue
        check_text(path, lines)
        if path.suffix == ".swift" and path.parts[0] in ("Sources", "Tests", "Tools"):
            check_swift(path, lines)
    check_manifest(json.loads(pathlib.Path(sys.argv[1]).read_text() or '{"targets": []}'))
    sys.exit(1 if faults else 0)


main()
