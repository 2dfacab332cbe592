"""Sums up what the service answered; exit code 1 for a 5xx, an undocumented answer or a fault that was found."""

import collections
import json
import sys


def main(folder, document, verdict, audit):
    with open(document, encoding="utf-8") as file:
        whole = json.load(file)
    paths, shared = whole["paths"], whole["components"]["responses"]

    def codes_of(response):
        return set(shared.get(response.get("$ref", "").split("/")[-1], response)["description"].split(", "))

    documented = {
        f"{method.upper()} {path}": {
            status: codes_of(response) for status, response in operation["responses"].items()}
        for path, item in paths.items() for method, operation in item.items()}
    with open(folder + "/answers.jsonl", encoding="utf-8") as file:
        answers = [json.loads(line) for line in file]
    statuses = collections.Counter(answer["status"] for answer in answers)
    strange, reached, broken = collections.Counter(), set(), 0
    for answer in answers:
        route, status = answer["route"], str(answer["status"])
        broken += answer["status"] >= 500
        if route not in documented:  # a method that the path does not have
            continue
        codes = documented[route].get(status)
        if codes is None or (answer["code"] and answer["code"] not in codes):
            strange[f"{route} {status} {answer['code']}"] += 1
        elif answer["code"]:
            reached.add((route, answer["code"]))
    every = {(route, code) for route, all_ in documented.items()
             for status, codes in all_.items() if int(status) >= 400 for code in codes}
    granted = {answer["route"] for answer in answers if answer["status"] < 300}
    print(f"requests: {len(answers)}")
    print("by status: " + ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items())))
    print(f"paths that were granted: {len(granted)} of {len(documented)}; never: "
          + (", ".join(sorted(set(documented) - granted)) or "none"))
    codes, all_codes = {code for _, code in reached}, {code for _, code in every}
    print(f"problem codes reached: {len(codes)} of {len(all_codes)}; path and code: {len(reached)} of {len(every)}")
    print("codes not reached: " + (", ".join(sorted(all_codes - codes)) or "none"))
    print(f"5xx: {broken}")
    print("undocumented: " + (", ".join(f"{name} × {count}" for name, count in strange.most_common()) or "none"))
    print("schemathesis: " + ("no fault" if verdict == "0" else f"exit code {verdict}, as above"))
    print("audit: " + ("clean" if audit == "0" else f"exit code {audit}"))
    return 1 if broken or strange or verdict != "0" or audit != "0" else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
