//! Reads the arguments, installs the panic and error hooks, hands over to [`iomctl::cli`].

use std::process::ExitCode;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stack of the thread that does the work, in bytes; what is not used costs nothing. Of the first thread musl only
/// says how much is mapped already, so that templates would be given a new stack for each of them.
const STACK: usize = 16 << 20;

fn main() -> ExitCode {
    if let Err(error) = hooks() {
        eprintln!("error: the error hooks cannot be installed: {error}");
    }
    let work = std::thread::Builder::new().name("main".into()).stack_size(STACK).spawn(iomctl::cli::main);
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(_) => iomctl::cli::main(),
    }
}

/// A panic is worded for the operator, with what a developer needs below it; TLS has exactly one provider.
fn hooks() -> color_eyre::Result<()> {
    color_eyre::config::HookBuilder::default()
        .panic_section(
            "This is a defect of iomctl, not of your cluster. Run the command again: it continues where it stopped.",
        )
        .display_env_section(false)
        .install()?;
    iomctl::helm::yaml::keep_scanner_quiet();
    // An error means that a provider is installed already, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(())
}
