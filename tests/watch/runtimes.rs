//! Programs in languages that have a runtime with threads of its own: Go, Java and Node.

use crate::clients::LONGEST;
use crate::support::{need, run_bounded, stderr};
use std::path::Path;
use std::process::Command;

/// The languages.
pub(crate) const RUNTIMES: [&str; 3] = ["go", "java", "node"];

/// A program in one of them, as a command line; `None`, said loudly, if its tools are not there. What has to be built is put into the
/// folder. Its file is called `name`, of Java with a capital.
pub(crate) fn built(language: &str, name: &str, folder: &Path) -> Option<Vec<String>> {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/watch/clients");
    let file = |name: &str| clients.join(name).to_string_lossy().into_owned();
    let own = folder.to_string_lossy().into_owned();
    let build = |command: &mut Command| {
        let output = run_bounded(command, LONGEST);
        assert!(output.status.success(), "{}", stderr(&output));
    };
    match language {
        "go" if need("go") => {
            let program = format!("{own}/{name}");
            let mut go = Command::new("go");
            go.args(["build", "-o", &program, &file(&format!("{name}.go"))]);
            go.env("GOCACHE", folder.join("cache"));
            go.env("GO111MODULE", "off").env("CGO_ENABLED", "0");
            build(&mut go);
            Some(vec![program])
        }
        "java" if need("javac") && need("java") => {
            let (first, rest) = name.split_at(1);
            let class = format!("{}{rest}", first.to_uppercase());
            let mut javac = Command::new("javac");
            build(javac.args(["-d", &own, &file(&format!("{class}.java"))]));
            Some(vec!["java".to_owned(), "-cp".to_owned(), own, class])
        }
        "node" if need("node") => Some(vec!["node".to_owned(), file(&format!("{name}.js"))]),
        _ => None,
    }
}
