#!/usr/bin/env python3
"""Prints the licences of sockstep and of every crate that is linked into it, each text once, for the package."""

import hashlib
import json
import pathlib
import subprocess

NAMES = ("licen", "copying", "unlicense", "notice")


def linked():
    """The packages of the program itself, without those of its tests and of its build."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    host = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    triple = next(line.split()[1] for line in host.splitlines() if line.startswith("host:"))
    found = subprocess.run(command + ["--filter-platform", triple], check=True, capture_output=True, text=True)
    data = json.loads(found.stdout)
    packages = {package["id"]: package for package in data["packages"]}
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    todo, seen = [data["resolve"]["root"]], set()
    while todo:
        package = todo.pop()
        if package in seen:
            continue
        if any("proc-macro" in target["kind"] for target in packages[package]["targets"]):
            continue  # it works while the program is built, and is not in it
        seen.add(package)
        for dependency in nodes[package]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                todo.append(dependency["pkg"])
    return sorted((packages[package] for package in seen), key=lambda package: package["name"])


def texts(package):
    """The files of a package that are called as licences are."""
    directory = pathlib.Path(package["manifest_path"]).parent
    files = sorted(file for file in directory.iterdir() if file.name.lower().startswith(NAMES))
    return [file.read_text("utf-8", "replace").strip() for file in files if file.is_file()]


def main():
    packages = linked()
    print("sockstep may be used under the MIT licence or the Apache licence 2.0, as you like.")
    print("On Debian the latter is also in /usr/share/common-licenses/Apache-2.0.")
    print("\nThe program contains these crates (name, version, licences):\n")
    by_text = {}
    for package in packages:
        licence = package["license"] or "see its text"
        print(f"  {package['name']} {package['version']}: {licence}")
        for text in texts(package):
            key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
            by_text.setdefault(key, (text, []))[1].append(package["name"])
    for text, names in sorted(by_text.values(), key=lambda entry: entry[1]):
        print("\n" + "=" * 72)
        print("Of: " + ", ".join(sorted(set(names))) + "\n")
        print(text)


if __name__ == "__main__":
    main()
