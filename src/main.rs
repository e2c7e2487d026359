//! Reads the arguments, installs the hooks, hands over to [`iomctl::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    iomctl::cli::main()
}
