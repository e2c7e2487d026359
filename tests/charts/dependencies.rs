//! What a chart depends on: chosen, locked and brought as helm does.

use std::path::Path;

use crate::registry::Registry;
use crate::server::{Server, Setup, pages};
use crate::setting::{Person, Said};

/// A chart with a dependency of each kind.
fn parent(person: &Person, folder: &str, repository: &str, registry: &str) -> String {
    let chart = format!(
        "apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n\
         - {{name: told, version: ^1.2, repository: '{repository}', condition: told.enabled, tags: [a, '<b>']}}\n\
         - {{name: small, alias: second, version: 1.2.x, repository: 'oci://{registry}/team'}}\n\
         - {{name: beside, version: 0.x, repository: 'file://../beside'}}\n\
         - {{name: inside, version: 0.1.0, repository: ''}}\n"
    );
    person.write(&format!("{folder}/Chart.yaml"), chart);
    person.write(&format!("{folder}/charts/inside/Chart.yaml"), "apiVersion: v2\nname: inside\nversion: 0.1.0\n");
    person.write("beside/Chart.yaml", "apiVersion: v2\nname: beside\nversion: 0.3.0\n");
    person.write("beside/templates/a.yaml", "kind: A\nmetadata: {name: a}\n");
    person.path(folder).display().to_string()
}

/// The lines of a lock file that do not depend on the time.
fn lock(folder: &str) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(folder).join("Chart.lock")).expect("a lock file");
    text.lines().filter(|line| !line.starts_with("generated:")).map(str::to_string).collect()
}

fn archives(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(Path::new(folder).join("charts")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn versions_are_chosen_locked_and_brought_as_helm_does() {
    let person = Person::new();
    let packed = person.packed(&["1.2.3", "1.10.0", "2.0.0"]);
    person.helm(&["repo", "index", &packed.display().to_string()]);
    let server = Server::start(Setup { pages: pages(&packed, ""), ..Setup::default() });
    let registry = Registry::start(&person, false);
    let team = format!("oci://{}/team", registry.host);
    let small = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real/deploy/chart");
    for version in ["1.2.3", "1.2.4", "2.0.0"] {
        let folder = person.path("other").display().to_string();
        person.helm(&["package", small, "--version", version, "-d", &folder]);
        let file = format!("{folder}/small-{version}.tgz");
        person.helm(&["push", "--plain-http", &file, &team]);
    }
    let ours = parent(&person, "ours", &server.url, &registry.host);
    let update = |folder: &str| -> Said { person.run(&["chart", "deps", "update", folder, "--plain-http"]) };
    let missing = person.run(&["chart", "deps", "list", &ours, "-o", "json"]);
    let states: Vec<String> =
        missing.ended(0).json().as_array().unwrap().iter().map(|row| row["status"].to_string()).collect();
    assert_eq!(states, ["\"missing\"", "\"missing\"", "\"missing\"", "\"unpacked\""]);
    let said = update(&ours);
    assert!(said.ended(0).out.contains("told-1.10.0.tgz from http://"), "{}", said.out);
    assert_eq!(archives(&ours), ["beside-0.3.0.tgz", "inside", "small-1.2.4.tgz", "told-1.10.0.tgz"]);

    let theirs = parent(&person, "theirs", &server.url, &registry.host);
    person.helm(&["dependency", "update", "--plain-http", &theirs]);
    assert_eq!(lock(&ours), lock(&theirs), "the same choice, and the same digest of it");
    assert_eq!(archives(&ours), archives(&theirs));
    let rendered = person.run(&["template", "x", &ours]);
    assert_eq!(rendered.ended(0).out, person.helm(&["template", "x", &theirs]).out);

    // A lock file is honoured, whoever wrote it, and nothing is written when it is out of sync.
    std::fs::remove_dir_all(Path::new(&theirs).join("charts")).unwrap();
    person.write("theirs/charts/inside/Chart.yaml", "apiVersion: v2\nname: inside\nversion: 0.1.0\n");
    person.run(&["chart", "deps", "build", &theirs, "--plain-http"]).ended(0);
    assert_eq!(archives(&theirs), archives(&ours));
    let changed = std::fs::read_to_string(person.path("ours/Chart.yaml")).unwrap().replace("^1.2", "^2");
    person.write("ours/Chart.yaml", changed);
    let before = (archives(&ours), lock(&ours));
    person.run(&["chart", "deps", "build", &ours]).ended(2).complains("Chart.lock is out of sync with Chart.yaml");
    assert_eq!((archives(&ours), lock(&ours)), before);
    update(&ours).ended(0);
    assert_eq!(archives(&ours), ["beside-0.3.0.tgz", "inside", "small-1.2.4.tgz", "told-2.0.0.tgz"]);
}

#[test]
fn what_cannot_be_brought_is_told_all_at_once_and_changes_nothing() {
    let person = Person::new();
    let gone = Server::start(Setup::default()).url.clone();
    let chart = format!(
        "apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n- {{name: a, version: 1.x, repository: '{gone}'}}\n\
         - {{name: beside, version: 9.x, repository: 'file://../beside'}}\n"
    );
    let folder = person.write("parent/Chart.yaml", chart).parent().unwrap().display().to_string();
    person.write("beside/Chart.yaml", "apiVersion: v2\nname: beside\nversion: 0.3.0\n");
    let said = person.run(&["chart", "deps", "update", &folder]);
    said.ended(5).complains("dependency a 1.x").complains("`beside` is there in version 0.3.0");
    assert!(!person.path("parent/charts").exists() && !person.path("parent/Chart.lock").exists());
    let rendered = person.run(&["template", "x", &folder]);
    rendered.ended(2).complains("iomctl chart deps build");
    person.write(
        "alias/Chart.yaml",
        "apiVersion: v2\nname: p\nversion: 1.0.0\ndependencies: [{name: a, version: 1, repository: '@x'}]\n",
    );
    person.run(&["chart", "deps", "update", "alias"]).ended(2).complains("no repository called `x`");
    person.run(&["chart", "deps", "build", "nowhere"]).ended(2).complains("folder of a chart");
}
