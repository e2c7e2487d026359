//! Reads the arguments, installs the panic and error hooks, hands over to [`iomctl::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(error) = hooks() {
        eprintln!("error: the error hooks cannot be installed: {error}");
    }
    iomctl::cli::main()
}

/// A panic is worded for the operator, with what a developer needs below it; TLS has exactly one provider.
fn hooks() -> color_eyre::Result<()> {
    color_eyre::config::HookBuilder::default()
        .panic_section(
            "This is a defect of iomctl, not of your cluster. Run the command again: it continues where it stopped.",
        )
        .display_env_section(false)
        .install()?;
    // An error means that a provider is installed already, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(())
}
