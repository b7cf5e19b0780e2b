//! The keys that the code names and those of the asset are the same.

use sockstep::words::prose;
use std::collections::BTreeSet;
use std::path::Path;

/// The keys that stand in the code of the sentences, such as `"stage created"`.
fn named(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            named(&path, found);
            continue;
        }
        let code = std::fs::read_to_string(&path).expect("a source file");
        for (place, _) in code.match_indices("prose::") {
            let call = &code[place..];
            let argument = call.split_once('(').map(|(_, rest)| rest.trim_start());
            let key = argument.and_then(|rest| rest.strip_prefix('"')?.split('"').next());
            found.extend(key.map(str::to_owned));
        }
        for line in code.lines().filter(|line| line.contains("// prose")) {
            found.extend(line.split('"').nth(1).map(str::to_owned));
        }
    }
}

#[test]
fn every_key_that_the_code_names_has_a_text_and_every_text_is_named() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for floor in ["narrate", "words", "text", "view", "export", "app", "run"] {
        named(&src.join(floor), &mut found);
    }
    let key = |prose: &prose::Prose| prose.key.split('/').next().map(str::to_owned);
    let known: BTreeSet<String> = prose::all().filter_map(key).collect();
    let missing: Vec<&String> = found.difference(&known).collect();
    assert!(missing.is_empty(), "without a text: {missing:?}");
    let unused: Vec<&String> = known.difference(&found).collect();
    assert!(unused.is_empty(), "named by nobody: {unused:?}");
}
