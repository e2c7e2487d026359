//! The harness: starts the program in a pseudo-terminal, reads its screen with a terminal emulator, types, resizes,
//! signals, reads slowly. Waits for conditions, never for a fixed time.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};

/// How long to wait for what takes a moment on an idle machine.
pub const SOON: Duration = Duration::from_secs(30);

/// Between looks at a condition.
const LOOK: Duration = Duration::from_millis(10);

/// How the program is started.
pub struct Setting {
    pub program: PathBuf,
    pub size: (u16, u16),
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub patience: Duration,
}

impl Default for Setting {
    fn default() -> Setting {
        let home = env!("CARGO_TARGET_TMPDIR");
        let environment = [
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("PATH", "/usr/bin:/bin"),
            ("HOME", home),
            ("KUBECONFIG", "/nonexistent/kubeconfig"),
        ];
        let environment = environment.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
        let program = env!("CARGO_BIN_EXE_iomctl").into();
        Setting { program, size: (80, 24), arguments: Vec::new(), environment, patience: SOON }
    }
}

impl Setting {
    pub fn size(mut self, width: u16, height: u16) -> Setting {
        self.size = (width, height);
        self
    }

    pub fn args(mut self, arguments: &[&str]) -> Setting {
        self.arguments.extend(arguments.iter().map(ToString::to_string));
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<Path>) -> Setting {
        self.environment.push((name.into(), value.as_ref().to_string_lossy().into_owned()));
        self
    }

    /// Waits longer than usual for what this program shows.
    pub fn patient(mut self, patience: Duration) -> Setting {
        self.patience = patience;
        self
    }
}

/// What the reading thread keeps.
struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    last: Instant,
}

/// The program in its terminal.
pub struct Console {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    // While it is open, the settings of the terminal can be read after the program has ended.
    _slave: Box<dyn SlavePty + Send>,
    keyboard: Option<Box<dyn Write + Send>>,
    seen: Arc<Mutex<Seen>>,
    bytes: Arc<AtomicUsize>,
    /// Bytes per second that are read; 0: all at once.
    rate: Arc<AtomicU64>,
    gone: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    began: Instant,
    patience: Duration,
}

impl Console {
    pub fn start(setting: Setting) -> Console {
        let (cols, rows) = setting.size;
        let pair = native_pty_system().openpty(PtySize { rows, cols, ..PtySize::default() }).unwrap();
        let mut command = CommandBuilder::new(&setting.program);
        command.env_clear();
        command.args(&setting.arguments);
        setting.environment.iter().for_each(|(name, value)| command.env(name, value));
        command.cwd(env!("CARGO_TARGET_TMPDIR"));
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let seen = Seen { parser: vt100::Parser::new(rows, cols, 0), raw: Vec::new(), last: Instant::now() };
        let mut console = Console {
            child,
            keyboard: Some(pair.master.take_writer().unwrap()),
            seen: Arc::new(Mutex::new(seen)),
            bytes: Arc::default(),
            rate: Arc::default(),
            gone: Arc::default(),
            reader: None,
            began,
            patience: setting.patience,
            _slave: pair.slave,
            master: Some(pair.master),
        };
        console.reader = Some(console.read());
        console
    }

    /// Reads on a thread of its own, and answers what a terminal answers.
    fn read(&self) -> JoinHandle<()> {
        let mut from = self.master.as_ref().unwrap().try_clone_reader().unwrap();
        let (seen, bytes, rate, gone) = (self.seen.clone(), self.bytes.clone(), self.rate.clone(), self.gone.clone());
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                let rate = rate.load(Ordering::Relaxed);
                let most = if rate == 0 { chunk.len() } else { (rate as usize / 20).clamp(1, chunk.len()) };
                let Ok(read @ 1..) = from.read(&mut chunk[..most]) else { return };
                bytes.fetch_add(read, Ordering::Relaxed);
                {
                    let mut seen = seen.lock().unwrap();
                    seen.parser.process(&chunk[..read]);
                    seen.raw.extend_from_slice(&chunk[..read]);
                    seen.last = Instant::now();
                }
                if gone.load(Ordering::Relaxed) {
                    return;
                }
                if rate > 0 {
                    std::thread::sleep(Duration::from_secs_f64(read as f64 / rate as f64));
                }
            }
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or_default()
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.seen.lock().unwrap().parser.screen().contents()
    }

    /// Everything that was ever written.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.lock().unwrap().raw.clone()
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Reads no faster than this many bytes per second.
    pub fn throttle(&self, bytes_per_second: u64) {
        self.rate.store(bytes_per_second, Ordering::Relaxed);
    }

    /// Waits until the condition holds; how long it took.
    #[track_caller]
    pub fn until(&self, what: &str, holds: impl Fn(&Console) -> bool) -> Duration {
        let began = Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < self.patience, "{what} did not come:\n{}", self.screen());
            std::thread::sleep(LOOK);
        }
        began.elapsed()
    }

    /// As [`Console::until`], but looks all the time, for what is measured.
    #[track_caller]
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub fn closely(&self, what: &str, holds: impl Fn(&Console) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < self.patience, "{what} did not come:\n{}", self.screen());
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// The first row that starts so.
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub fn row_that_starts_with(&self, start: &str) -> Option<usize> {
        let width = start.chars().count() as u16;
        self.seen.lock().unwrap().parser.screen().rows(0, width).position(|row| row.starts_with(start))
    }

    /// Waits until the screen shows this.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> Duration {
        self.until(&format!("`{text}`"), |console| console.screen().contains(text))
    }

    /// Waits until the screen no longer shows this.
    #[track_caller]
    pub fn wait_gone(&self, text: &str) {
        self.until(&format!("the end of `{text}`"), |console| !console.screen().contains(text));
    }

    /// The line on top.
    pub fn head(&self) -> String {
        self.screen().lines().next().unwrap_or_default().to_string()
    }

    /// Waits until nothing was written for a while.
    #[track_caller]
    pub fn wait_idle(&self, quiet: Duration) {
        self.until("quiet", |console| console.seen.lock().unwrap().last.elapsed() >= quiet);
    }

    /// Types text, or the bytes of a key.
    pub fn type_in(&mut self, text: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(text.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    pub fn resize(&self, width: u16, height: u16) {
        let size = PtySize { rows: height, cols: width, ..PtySize::default() };
        self.seen.lock().unwrap().parser.screen_mut().set_size(height, width);
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.process(), signal).unwrap();
    }

    fn process(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_raw(self.child.process_id().unwrap() as i32).unwrap()
    }

    /// Whether the program is stopped, as `ps` would say.
    pub fn is_stopped(&self) -> bool {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.process().as_raw_nonzero())).unwrap_or_default();
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
    }

    /// Takes the terminal away. The reading thread holds on to it until it has read once more.
    pub fn hang_up(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
        self.type_in("\x0c");
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.keyboard = None;
        self.master = None;
    }

    /// Waits for the end; how long it took.
    #[track_caller]
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub fn ends(&mut self) -> Duration {
        let began = Instant::now();
        self.exit_code();
        began.elapsed()
    }

    /// Waits for the end; the exit code.
    #[track_caller]
    pub fn exit_code(&mut self) -> u32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(began.elapsed() < SOON, "the program does not end:\n{}", self.screen());
            std::thread::sleep(LOOK);
        }
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Asserts that the terminal is as a shell wants it.
    #[track_caller]
    pub fn is_restored(&self) {
        self.until("the ordinary screen", |console| !console.seen.lock().unwrap().parser.screen().alternate_screen());
        let seen = self.seen.lock().unwrap();
        let screen = seen.parser.screen();
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pasted text is still marked");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let raw = String::from_utf8_lossy(&seen.raw);
        let (on, off) = (raw.matches("\x1b[?2026h").count(), raw.matches("\x1b[?2026l").count());
        assert!(off >= on, "an update is still open");
        let modes = self.master.as_ref().and_then(|master| master.get_termios()).unwrap().local_flags.bits();
        const ICANON: u32 = 2;
        const ECHO: u32 = 8;
        assert_eq!(modes & (ICANON | ECHO), ICANON | ECHO, "the terminal is still raw");
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // A stopped program does not hear of its end.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = rustix::process::kill_process(self.process(), rustix::process::Signal::CONT);
        }
        let _ = self.child.wait();
    }
}

/// Escape, and the keys that have no character.
pub const ESC: &str = "\x1b";
pub const CTRL_C: &str = "\x03";
pub const CTRL_Z: &str = "\x1a";
pub const F12: &str = "\x1b[24~";
