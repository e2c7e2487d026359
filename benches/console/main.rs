//! What the console costs: memory, processor, bytes and time, beside what the project wants.
//!
//! `cargo bench --bench console`, or `IOMCTL=PATH cargo bench --profile dev --bench console` for a binary that is built
//! already. Everything is measured from outside, in a pseudo-terminal, against the sandbox. One argument narrows it to
//! the parts whose name holds it. Linux only.

#[path = "../../tests/pty/console.rs"]
#[allow(dead_code, reason = "the harness of the tests, of which a part is enough")]
mod console;
mod ground;
mod parts;
mod process;

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    for (name, part) in parts::ALL {
        if name.contains(&wanted) {
            println!("{name}");
            part();
        }
    }
}

/// Prints a figure beside its aim.
fn tell(what: &str, figure: f64, unit: &str, aim: f64) {
    let verdict = if figure <= aim { "ok" } else { "MISSED" };
    println!("  {what:<44}{figure:>10.3} {unit:<6} aim {aim:>8} {verdict}");
}
